-- Included by CLAIM; declares locals, returns nothing. Tasks whose limit is reached are parked: they are in no list, so they delay no
-- other task. In their turn they return to the head of their list, only as many as can be claimed.
-- A gate is 'l' (rate) or 'k' (concurrency) and the limit's key.
-- lt:KEY     rate: next start at an even pace, in microseconds
-- lc:KEY     concurrency: ids of the tasks that hold a permit
-- pk         sorted set: gate -> time of the next check, Unix ms ('inf' = when a permit is released: all are held)
-- p:PGATE    list of the ids parked at a gate, by priority; pe: hash, id -> element
-- passes(element, priority): takes the permits of the task, or parks it.
-- unpark(room_of): moves the tasks that may start now, and for which there is room, to the head of their lists.
--include element
--include waiting
local now_us
local function now()
  if not now_us then
    local time = redis.call('TIME')
    now_us = time[1] * 1000000 + time[2]
  end
  return now_us
end
local come_back = {}

-- A pusher may be late by this time without slowing the pace. For long intervals it is far below the interval.
local function tolerance_of(interval) return math.min(200000, math.max(interval / 10, 200000 - interval)) end

local function rate_of(text)
  local count, period, key = string.match(text, '^(%d+):(%d+):(.*)$')
  local interval = period * 1000 / count
  return key, interval, tolerance_of(interval), tonumber(redis.call('GET', P .. 'lt:' .. key) or '0')
end

local function concurrency_of(text)
  local most, key = string.match(text, '^(%d+):(.*)$')
  return key, tonumber(most) - redis.call('SCARD', P .. 'lc:' .. key)
end

-- The number of tasks that may pass a gate now, and, for a rate, a function that gives the time of the next check after that many.
local function free_at(gate, element)
  local items = follows_of(element)
  if string.sub(gate, 1, 1) == 'k' then
    local _, free = concurrency_of(items.k)
    return free
  end
  local _, interval, tolerance, at = rate_of(items.l)
  local free = at - tolerance > now() and 0 or math.floor((now() + tolerance - math.max(at, now())) / interval) + 1
  return free, function(taken) return math.ceil((math.max(at, now()) + taken * interval - tolerance / 2) / 1000) end
end

local function park(element, priority, gate, again)
  local id = string.sub(element, 5, 20)
  local high, low = string.byte(element, 3, 4)
  redis.call('HSET', P .. 'pe', id, element)
  redis.call('RPUSH', P .. 'p:' .. priority .. gate, id)
  redis.call('HSET', P .. 's:' .. string.sub(id, 7, 15), id, 'p' .. (high * 256 + low) .. ':' .. priority)
  -- A task that was released before, and not claimed, must not wait for a permit that is never released.
  if again == 0 or not redis.call('ZSCORE', P .. 'pk', gate) then redis.call('ZADD', P .. 'pk', again, gate) end
end

local function passes(element, priority)
  local items, id = follows_of(element), string.sub(element, 5, 20)
  -- Parked tasks come first.
  local concurrency, rate
  if items.k then
    local key, free = concurrency_of(items.k)
    if free <= 0 or (not come_back[id] and redis.call('ZSCORE', P .. 'pk', 'k' .. key)) then
      park(element, priority, 'k' .. key, free > 0 and 0 or 'inf')
      return false
    end
    concurrency = key
  end
  if items.l then
    local key, interval, tolerance, at = rate_of(items.l)
    if at - tolerance > now() or (not come_back[id] and redis.call('ZSCORE', P .. 'pk', 'l' .. key)) then
      park(element, priority, 'l' .. key, math.ceil((at - tolerance / 2) / 1000))
      return false
    end
    local next_at = math.max(at, now()) + interval
    redis.call('SET', P .. 'lt:' .. key, string.format('%.0f', next_at), 'PX', math.ceil((next_at - now()) / 1000) + 1000)
  end
  if concurrency then redis.call('SADD', P .. 'lc:' .. concurrency, id) end
  return true
end

-- The classes of tasks that may start but have no room here. Another pusher may have room.
local without_room = {}

local function unpark_gate(gate, room_for)
  local free, again, taken = nil, nil, 0
  local left = false
  for lane in string.gmatch('9876543210JIHGFEDCBA', '.') do
    local list, out = P .. 'p:' .. lane .. gate, {}
    local room
    while redis.call('EXISTS', list) == 1 do
      room = room or room_for(lane)
      if #out >= room or (free and taken >= free) then
        left = true
        if #out >= room then without_room[class_of(lane)] = true end
        break
      end
      local id = redis.call('LPOP', list)
      -- A cancelled task has only its id there.
      local element = redis.call('HGET', P .. 'pe', id)
      if element then
        if not free then free, again = free_at(gate, element) end
        if free <= 0 then
          redis.call('LPUSH', list, id)
          left = true
          break
        end
        redis.call('HDEL', P .. 'pe', id)
        come_back[id] = true
        out[#out + 1] = element
        taken = taken + 1
      end
    end
    for i = #out, 1, -1 do
      local high, low = string.byte(out[i], 3, 4)
      to_head(out[i], high * 256 + low, lane)
    end
  end
  if not left then
    redis.call('ZREM', P .. 'pk', gate)
  elseif free then
    redis.call('ZADD', P .. 'pk', again and again(taken) or (free > taken and 0 or 'inf'), gate)
  end
end

-- room_of(lane): the number of tasks of its class that can be claimed.
local function unpark(room_of)
  local gates = redis.call('ZRANGEBYSCORE', P .. 'pk', '-inf', string.format('%.0f', now() / 1000), 'LIMIT', 0, 100)
  for _, gate in ipairs(gates) do
    unpark_gate(gate, function(lane)
      local before = 0
      local byte = string.byte(lane)
      for above = byte + 1, byte < 65 and 57 or 74 do before = before + redis.call('LLEN', P .. 'l:' .. string.char(above)) end
      return math.max(0, room_of(lane) - before)
    end)
  end
end
