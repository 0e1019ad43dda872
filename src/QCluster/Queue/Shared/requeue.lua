-- Included, after finish, by scripts that return a task to its queue; declares locals, returns nothing.
-- requeue(element): puts the element at the head of its lane and rewrites its state. A task with a requested cancel ends here
-- instead.
-- ends_here(element): whether its cancel was requested; if so, it has ended.
-- try_again(element, outcome, delay): schedules the next attempt after delay ms; this one has failed with the outcome.
-- put_off(element, delay): schedules the same attempt after delay ms.
--include waiting
--include permits
local function ends_here(element)
  local id = string.sub(element, 5, 20)
  local wanted = redis.call('HGET', P .. 'cq', id)
  if not wanted then return false end
  finish(id, string.sub(wanted, 9), element, struct.unpack('>d', wanted), '5')
  redis.call('HINCRBY', P .. 'st', 'cancelled', 1)
  return true
end

local function requeue(element)
  if ends_here(element) then return end
  let_go(element)
  local high, low = string.byte(element, 3, 4)
  local id = string.sub(element, 5, 20)
  local attempt = high * 256 + low
  local lane = priority_of(id)
  to_head(element, attempt, lane)
  wake(lane)
end

local function delay_by(delay, element, attempt)
  local id = string.sub(element, 5, 20)
  local priority = priority_of(id)
  local time = redis.call('TIME')
  local due = time[1] * 1000 + math.floor(time[2] / 1000) + delay
  local first = redis.call('ZRANGE', P .. 'd', 0, 0, 'WITHSCORES')[2]
  redis.call('ZADD', P .. 'd', string.format('%.0f', due), id)
  redis.call('HSET', P .. 'de', id, element)
  redis.call('HSET', P .. 's:' .. string.sub(id, 7, 15), id, 'd' .. attempt .. ':' .. priority)
  -- A pusher that waits for a later task must claim again.
  if not first or due < tonumber(first) then wake(priority) end
end

local function put_off(element, delay)
  if not ends_here(element) then
    let_go(element)
    local high, low = string.byte(element, 3, 4)
    delay_by(delay, element, high * 256 + low)
  end
end

local function try_again(element, outcome, delay)
  local is_over = ends_here(element)
  if is_over then return end
  let_go(element)
  local again, attempt = next_attempt(remember(element, outcome))
  local id, priority = string.sub(element, 5, 20), priority_of(string.sub(element, 5, 20))
  redis.call('HINCRBY', P .. 'st', 'retried', 1)
  if delay <= 0 then
    local seq = (tonumber(redis.call('HGET', P .. 'h', priority)) or 0) + redis.call('RPUSH', P .. 'l:' .. priority, again) - 1
    redis.call('HSET', P .. 's:' .. string.sub(id, 7, 15), id, waiting_state(attempt, seq, priority))
    wake(priority)
    return
  end
  delay_by(delay, again, attempt)
end
