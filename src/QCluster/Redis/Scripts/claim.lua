-- CLAIM: moves tasks from the queue lists into the in-flight hashes of worker incarnations, dealing evenly between them.
-- Moves due delayed tasks to their lists first, and parked ones that may go on; parks those whose limit is reached.
-- KEYS[1]    registrations of worker incarnations
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    largest element accepted, bytes
-- ARGV[3..]  for each worker: incarnation, its registration as the caller knows it (epoch:cluster), how many it takes,
--            'i' when it is idle and takes one isolated task instead, else ''
-- returns    { milliseconds until there may be more to do by itself or -1, tasks still waiting, isolated tasks waiting,
--              damaged elements set aside (list), then for each worker: nil when it is not registered so (fenced), else
--              its tasks as strings that together are big-endian 32-bit lengths and elements; a few megabytes in all }
local P = ARGV[1]
--include waiting
--include limits
local sub = string.sub
local max_size = tonumber(ARGV[2])
-- Elements of a later version are left in nv for pushers that know it.
local VERSION = 1

local next_due = -1
if redis.call('EXISTS', P .. 'd') == 1 then
  local time = redis.call('TIME')
  local at = time[1] * 1000 + math.floor(time[2] / 1000)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'd', '-inf', string.format('%.0f', at), 'LIMIT', 0, 500)) do
    local element = redis.call('HGET', P .. 'de', id)
    redis.call('ZREM', P .. 'd', id)
    redis.call('HDEL', P .. 'de', id)
    if element then
      local priority = priority_of(id)
      local high, low = string.byte(element, 3, 4)
      local length = redis.call('RPUSH', P .. 'l:' .. priority, element)
      local head = tonumber(redis.call('HGET', P .. 'h', priority)) or 0
      redis.call('HSET', P .. 's:' .. sub(id, 7, 15), id, waiting_state(high * 256 + low, head + length - 1, priority))
    end
  end
  local first = redis.call('ZRANGE', P .. 'd', 0, 0, 'WITHSCORES')[2]
  if first then next_due = math.max(0, tonumber(first) - at) end
end

local workers, wants = {}, 0
for i = 3, #ARGV, 4 do
  local worker = { inflight = P .. 'f:' .. ARGV[i], wants = tonumber(ARGV[i + 2]), isolated = ARGV[i + 3] == 'i', registered = redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] }
  workers[#workers + 1] = worker
  if worker.registered and not worker.isolated then wants = wants + worker.wants end
end

local has_parked = redis.call('EXISTS', P .. 'pk') == 1
if has_parked and wants > 0 then unpark(wants) end

for _ = 1, math.min(redis.call('LLEN', P .. 'nv'), 10) do
  local element = redis.call('LPOP', P .. 'nv')
  if string.byte(element) % 16 > VERSION then
    redis.call('RPUSH', P .. 'nv', element)
  else
    local high, low = string.byte(element, 3, 4)
    to_head(element, high * 256 + low, priority_of(sub(element, 5, 20)))
  end
end

-- Which priorities have anything: almost always only the default one, so the others cost one EXISTS each way.
local priorities, waiting = {}, 0
local function look(priority)
  local length = redis.call('LLEN', P .. 'l:' .. priority)
  if length > 0 then
    priorities[#priorities + 1] = { name = priority, left = length }
    waiting = waiting + length
  end
end
if redis.call('EXISTS', P .. 'l:9', P .. 'l:8', P .. 'l:7', P .. 'l:6') > 0 then
  for p = 9, 6, -1 do look(p) end
end
look(5)
if redis.call('EXISTS', P .. 'l:4', P .. 'l:3', P .. 'l:2', P .. 'l:1', P .. 'l:0') > 0 then
  for p = 4, 0, -1 do look(p) end
end

local cancelled = redis.call('EXISTS', P .. 'cx') == 1
local damaged = {}

-- Its flags, or nothing when it is set aside.
local function sound(element, priority)
  local flags = #element > 0 and string.byte(element) or 0
  if #element > 20 and flags % 16 > VERSION and redis.call('HEXISTS', P .. 's:' .. sub(element, 11, 19), sub(element, 5, 20)) == 1 then
    redis.call('RPUSH', P .. 'nv', element)
    return false
  end
  -- What is attached is a record (a packet and an outcome), or a history.
  if #element <= 20 or #element > (flags % 128 >= ATTACHED and 3 * max_size + MOST_HISTORY or max_size) or flags % 16 ~= VERSION then
    damaged[#damaged + 1] = sub(element, 1, 256)
    redis.call('LPUSH', P .. 'bad', sub(element, 1, 4096))
    redis.call('LTRIM', P .. 'bad', 0, 99)
    redis.call('HINCRBY', P .. 'st', 'refused', 1)
    -- If it was enqueued, nothing is known of it any more: it must not be said to wait for ever.
    redis.call('HDEL', P .. 's:' .. sub(element, 11, 19), sub(element, 5, 20))
    redis.call('HDEL', P .. 'wt', sub(element, 5, 20))
    return false
  end
  if cancelled and priority and redis.call('HEXISTS', P .. 's:' .. sub(element, 11, 19), sub(element, 5, 20)) == 0 then
    if redis.call('HINCRBY', P .. 'cx', priority, -1) <= 0 then redis.call('HDEL', P .. 'cx', priority) end
    return false
  end
  return flags
end

-- A call takes more and more at a time, as long as the largest element seen says that it stays within its bytes.
local budget, step, largest = 4194304, 8, 1
local parking = 300

-- Whether it may be handed out now. What is isolated is on its last delivery, and is not kept waiting.
local function admitted(element, priority)
  if not priority or passes(element, priority) then return true end
  parking = parking - 1
  return false
end

-- Takes up to count elements for one in-flight hash; returns how many left the list, and how many of them were not parked.
local function take(list, count, inflight, out, priority)
  local elements = redis.call('LPOP', list, count)
  if not elements then return 0, 0 end
  if priority then redis.call('HINCRBY', P .. 'h', priority, #elements) end
  local entries, left = {}, parking
  for _, element in ipairs(elements) do
    budget = budget - #element
    if #element > largest then largest = #element end
    local flags = sound(element, priority)
    if flags and (flags < LIMITED or admitted(element, priority)) then
      entries[#entries + 1] = sub(element, 3, 20)
      entries[#entries + 1] = element
      out[#out + 1] = struct.pack('>I4', #element)
      out[#out + 1] = element
    end
  end
  if #entries > 0 then redis.call('HSET', inflight, unpack(entries)) end
  step = math.max(1, math.min(step * 8, math.floor(budget / largest)))
  return #elements, #elements - (left - parking)
end

local result = { next_due, 0, 0, damaged }
for k, worker in ipairs(workers) do
  local out = {}
  if worker.registered then
    if worker.isolated then
      take(P .. 'i', 1, worker.inflight, out, nil)
    else
      local share = math.min(worker.wants, math.ceil(waiting / (#workers - k + 1)), 1000)
      while share > 0 and priorities[1] and budget > 0 and parking > 0 do
        local first = priorities[1]
        local taken, given = take(P .. 'l:' .. first.name, math.min(share, first.left, step), worker.inflight, out, first.name)
        first.left = first.left - taken
        waiting = waiting - taken
        share = share - given
        if first.left <= 0 or taken == 0 then table.remove(priorities, 1) end
      end
    end
    -- Redis hashes every byte of every string that Lua makes, so large ones are not made once more.
    result[4 + k] = largest > 1024 and out or { table.concat(out) }
  else
    result[4 + k] = false
  end
end

if has_parked or parking < 300 then
  local first = redis.call('ZRANGE', P .. 'pk', 0, 0, 'WITHSCORES')[2]
  if first and first ~= 'inf' then
    local wait = math.max(0, math.ceil(tonumber(first) - now() / 1000))
    result[1] = next_due < 0 and wait or math.min(next_due, wait)
  end
end
result[2] = waiting
result[3] = redis.call('LLEN', P .. 'i')
-- What is left is another pusher's: pass the token on.
if waiting > 0 then wake() end
if cancelled and waiting == 0 then redis.call('DEL', P .. 'cx') end
return result
