-- CLAIM: moves tasks from the queue lists into the in-flight hashes of worker incarnations, spread evenly, highest priority first.
-- Before that it moves due delayed tasks and parked tasks that may start to their lists. It parks tasks whose limit is reached.
-- KEYS[1]    registrations of worker incarnations
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    largest element accepted, bytes
-- ARGV[3]    minimum share of claims for low-priority tasks while any wait; '0' = a low task starts only when no other waits
-- ARGV[4..]  for each worker: incarnation, its registration as the caller knows it (epoch:cluster), and its room. The room is
--            low:normal:high:critical, the number of tasks it takes in all of that class or above (each at least the one before),
--            or i:count for a worker that runs isolated tasks only
-- returns    { milliseconds until the next delayed or parked task may start, or -1; tasks still waiting as { low, normal, high, critical };
--              isolated tasks still waiting; damaged elements that were set aside (list); then for each worker nil if its registration
--              differs (fenced), else its tasks: strings that together are big-endian 32-bit lengths, with the class (0 low ...
--              3 critical) in the highest two bits, and elements; a few megabytes in all }
local P = ARGV[1]
--include waiting
--include limits
--include pop
local sub = string.sub
local max_size = tonumber(ARGV[2])
-- Elements of a later version are left in nv for pushers that know it.
local VERSION = 1

-- Usually none of these exist: delayed, parked or cancelled tasks, a pause.
local seldom = redis.call('EXISTS', P .. 'd', P .. 'pk', P .. 'cx', P .. 'pz') > 0
local function is_there(key) return seldom and redis.call('EXISTS', P .. key) == 1 end

local next_due = -1
if is_there('d') then
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

local CLASS_NUMBERS = { l = 1, n = 2, h = 3, c = 4 }
local ISOLATED_LANES = 'JIHGFEDCBA'

-- The number of tasks that all workers take together, by class, and of isolated ones.
local workers, room, isolated_room = {}, { 0, 0, 0, 0 }, 0
for i = 4, #ARGV, 3 do
  local worker = { inflight = P .. 'f:' .. ARGV[i], registered = redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1], given = 0 }
  workers[#workers + 1] = worker
  local count = string.match(ARGV[i + 2], '^i:(%d+)$')
  if count then
    worker.isolated = tonumber(count)
    if worker.registered then isolated_room = isolated_room + worker.isolated end
  else
    local low, normal, high, critical = string.match(ARGV[i + 2], '^(%-?%d+):(%-?%d+):(%-?%d+):(%-?%d+)$')
    worker.takes = { tonumber(low), tonumber(normal), tonumber(high), tonumber(critical) }
    if worker.registered then
      for class = 1, 4 do room[class] = room[class] + math.max(0, worker.takes[class]) end
    end
  end
end

if is_there('pz') then
  -- Paused: resuming leaves tokens.
  local result = { -1, { 0, 0, 0, 0 }, 0, {} }
  for k, worker in ipairs(workers) do result[4 + k] = worker.registered and {} end
  return result
end

local has_parked = is_there('pk')
if has_parked and (room[4] > 0 or isolated_room > 0) then
  unpark(function(lane)
    local class = class_of(lane)
    return class == 'i' and isolated_room or room[CLASS_NUMBERS[class]]
  end)
end

for _ = 1, math.min(redis.call('LLEN', P .. 'nv'), 10) do
  local element = redis.call('LPOP', P .. 'nv')
  if string.byte(element) % 16 > VERSION then
    redis.call('RPUSH', P .. 'nv', element)
  else
    local high, low = string.byte(element, 3, 4)
    to_head(element, high * 256 + low, priority_of(sub(element, 5, 20)))
  end
end

-- The lanes with tasks: almost always only the default one, so the lanes above it cost one EXISTS, and those below it another.
local lanes, waiting = {}, { 0, 0, 0, 0 }
local function look(lane, class)
  local length = redis.call('LLEN', P .. 'l:' .. lane)
  if length > 0 then
    lanes[#lanes + 1] = { name = lane, class = class, left = length }
    waiting[class] = waiting[class] + length
  end
end
if redis.call('EXISTS', P .. 'l:9', P .. 'l:8', P .. 'l:7', P .. 'l:6') > 0 then
  look('9', 4)
  for p = 8, 6, -1 do look(tostring(p), 3) end
end
look('5', 2)
if redis.call('EXISTS', P .. 'l:4', P .. 'l:3', P .. 'l:2', P .. 'l:1', P .. 'l:0') > 0 then
  look('4', 2)
  look('3', 2)
  for p = 2, 0, -1 do look(tostring(p), 1) end
end

-- The tasks for which the workers of this call have room.
local takeable = 0
for class = 1, 4 do
  if room[class] > 0 then takeable = takeable + waiting[class] end
end

local cancelled = is_there('cx')
local damaged = {}

-- The flags of the element, or nothing if it was set aside.
local function sound(element, priority)
  local flags = #element > 0 and string.byte(element) or 0
  if #element > 20 and flags % 16 > VERSION and redis.call('HEXISTS', P .. 's:' .. sub(element, 11, 19), sub(element, 5, 20)) == 1 then
    redis.call('RPUSH', P .. 'nv', element)
    return false
  end
  -- An attachment is a record (a packet and an outcome); a history may follow.
  if #element <= 20 or #element > (flags % 128 >= ATTACHED and 3 * max_size + MOST_HISTORY or max_size) or flags % 16 ~= VERSION then
    damaged[#damaged + 1] = sub(element, 1, 256)
    redis.call('LPUSH', P .. 'bad', sub(element, 1, 4096))
    redis.call('LTRIM', P .. 'bad', 0, 99)
    redis.call('HINCRBY', P .. 'st', 'refused', 1)
    -- Without its state the task is unknown from now on, and no client waits for it for ever.
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

-- The step grows as long as the largest element seen so far keeps it within the budget of bytes.
local budget, step, largest = 4194304, 8, 1
local parking = 300

-- Whether the limits of the task let it start now.
local function admitted(element, lane)
  if passes(element, lane) then return true end
  parking = parking - 1
  return false
end

-- Moves up to count elements to one in-flight hash. Returns how many left the list, and how many of them were not parked.
local function take(lane, class, count, inflight, out)
  local elements = pop(P .. 'l:' .. lane, count)
  if not elements then return 0, 0 end
  redis.call('HINCRBY', P .. 'h', lane, #elements)
  local mark = (class - 1) * 1073741824
  local entries, left = {}, parking
  for _, element in ipairs(elements) do
    budget = budget - #element
    if #element > largest then largest = #element end
    local flags = sound(element, lane)
    if flags and (flags < LIMITED or admitted(element, lane)) then
      entries[#entries + 1] = sub(element, 3, 20)
      entries[#entries + 1] = element
      out[#out + 1] = struct.pack('>I4', mark + #element)
      out[#out + 1] = element
    end
  end
  if #entries > 0 then redis.call('HSET', inflight, unpack(entries)) end
  step = math.max(1, math.min(step * 8, math.floor(budget / largest)))
  return #elements, #elements - (left - parking)
end

-- The number of low tasks that come before others now. It grows with every other task that is claimed.
local low_share = tonumber(ARGV[3])
local low_credit = low_share > 0 and waiting[1] > 0 and tonumber(redis.call('GET', P .. 'ls') or '0')

-- The next lane for a worker, and the number of its tasks for which the worker has room.
local function next_lane(worker)
  local first = lanes[1]
  if not first then return nil, 0 end
  if low_credit and low_credit >= 1 and first.class ~= 1 and worker.takes[1] > worker.given then
    for at, lane in ipairs(lanes) do
      if lane.class == 1 then return at, math.min(math.floor(low_credit), worker.takes[1] - worker.given) end
    end
  end
  return 1, worker.takes[first.class] - worker.given
end

local function deal(worker, share, out)
  while share > 0 and budget > 0 and parking > 0 do
    local at, most = next_lane(worker)
    if most <= 0 then break end
    local lane = lanes[at]
    local taken, given = take(lane.name, lane.class, math.min(share, lane.left, step, most), worker.inflight, out)
    lane.left = lane.left - taken
    waiting[lane.class] = waiting[lane.class] - taken
    takeable = takeable - taken
    share = share - given
    worker.given = worker.given + given
    if low_credit then low_credit = math.min(low_credit + given * (lane.class == 1 and low_share - 1 or low_share), 1000) end
    if lane.left <= 0 or taken == 0 then table.remove(lanes, at) end
  end
end

local function any_isolated()
  local l = P .. 'l:'
  return redis.call('EXISTS', l .. 'A', l .. 'B', l .. 'C', l .. 'D', l .. 'E', l .. 'F', l .. 'G', l .. 'H', l .. 'I', l .. 'J') > 0
end

local function deal_isolated(worker, out)
  if worker.isolated <= 0 or not any_isolated() then return end
  for lane in string.gmatch(ISOLATED_LANES, '.') do
    while worker.given < worker.isolated and parking > 0 do
      local taken, given = take(lane, 2, 1, worker.inflight, out)
      if taken == 0 then break end
      worker.given = worker.given + given
    end
  end
end

local result = { next_due, waiting, 0, damaged }
for k, worker in ipairs(workers) do
  local out = {}
  if worker.registered then
    if worker.isolated then
      deal_isolated(worker, out)
    else
      deal(worker, math.min(1000, math.ceil(takeable / (#workers - k + 1))), out)
    end
    -- Redis hashes every byte of every string that Lua makes, so large elements are not joined into another string.
    result[4 + k] = largest > 1024 and out or { table.concat(out) }
  else
    result[4 + k] = false
  end
end

-- The script may not have written anything yet, and the next commands add data: see anyway.lua.
local function write_anyway() redis.call('HDEL', P .. 'cc', '') end
if low_credit then
  write_anyway()
  redis.call('SET', P .. 'ls', string.format('%.4f', math.max(0, low_credit)), 'PX', 3600000)
end

if has_parked or parking < 300 then
  local first = redis.call('ZRANGE', P .. 'pk', 0, 0, 'WITHSCORES')[2]
  if first and first ~= 'inf' then
    local wait = math.max(0, math.ceil(tonumber(first) - now() / 1000))
    -- Tasks without room here need no timer: a worker with room claims again.
    if wait > 0 or not next(without_room) then result[1] = next_due < 0 and wait or math.min(next_due, wait) end
  end
end

if any_isolated() then
  for lane in string.gmatch(ISOLATED_LANES, '.') do result[3] = result[3] + redis.call('LLEN', P .. 'l:' .. lane) end
end
if without_room.i then result[3] = result[3] + 1 end
-- The remaining tasks are for other pushers: pass the tokens on.
if result[3] + waiting[1] + waiting[2] + waiting[3] + waiting[4] > 0 or next(without_room) then write_anyway() end
if result[3] > 0 then wake('A') end
for class, lane in ipairs({ '0', '5', '7', '9' }) do
  if without_room[sub('lnhc', class, class)] then waiting[class] = waiting[class] + 1 end
  if waiting[class] > 0 then wake(lane) end
end
if cancelled and waiting[1] + waiting[2] + waiting[3] + waiting[4] + result[3] == 0 then redis.call('DEL', P .. 'cx') end
return result
