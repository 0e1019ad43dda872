-- Adds tasks at the tail of a queue list. Safe to repeat: an id that waits, is in flight or has finished is not touched.
-- KEYS[1]    list of the priority
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    lane (see wake.lua); the room it needs (see room.lua); then 'f' if these ids are fresh, that is never sent before, so Redis
--            cannot know them; 'r' if this repeats a call with 'f'; or a demand: see demand.lua
-- ARGV[3..]  task elements, at most 1000; only one if it has a unique key
-- returns    number of new tasks; or the id of the task that holds the unique key; or the letter of a demand that is not met; or
--            the reply of room.lua if there is no room for all
local P, priority = ARGV[1], string.sub(ARGV[2], 1, 1)
--include announce
--include wake
--include demand
--include room
local call, sub, format = redis.call, string.sub, string.format
local mode, total, demand = mode_of(sub(ARGV[2], 2))
local mark = sub(demand, 1, 1)

-- The first call may arrive after the repeated one, if its connection was dropped during the call.
local fresh = false
if mark == 'r' then
  call('SET', P .. 'rp:' .. sub(ARGV[3], 5, 20), '', 'PX', 120000)
elseif mark == 'f' then
  fresh = call('EXISTS', P .. 'rp:' .. sub(ARGV[3], 5, 20)) == 0
end

local refused = refused_demand(demand, ARGV[3], #ARGV - 2)
if refused then return refused end

local head = call('HMGET', P .. 'h', priority, 'limit')
local full, admitted
local first = ARGV[3]
if head[2] and mode ~= 'x' then full, admitted = refuse(tonumber(head[2]), total, 3) end
local n = #ARGV

if n == 3 or admitted == 0 then
  local holder = unique_holder(first, admitted == 0)
  if holder then return holder end
end
if admitted == 0 then return full end

local some_finished = false
if not fresh then
  local records = {}
  for i = 3, n do records[i - 2] = P .. 'r:' .. sub(ARGV[i], 5, 20) end
  some_finished = call('EXISTS', unpack(records)) > 0
end

-- The state of a waiting task: its number in an endless numbering of the list, then the priority digit. The number of the head changes
-- with each element that is claimed or returned, so index = number - head.
local seq = (tonumber(head[1]) or 0) + call('LLEN', KEYS[1])
local accepted, taken, all = {}, 0, true
local function state_of(number) return format('%d', number) .. priority end

local function add_one(i)
  local id = sub(ARGV[i], 5, 20)
  local finished = some_finished and call('EXISTS', P .. 'r:' .. id) == 1
  if not finished and call('HSETNX', P .. 's:' .. sub(id, 7, 15), id, state_of(seq)) == 1 then
    seq = seq + 1
    taken = taken + 1
    accepted[taken] = ARGV[i]
  else
    all = false
  end
end

local function any_known(bucket, i, j)
  local ids = {}
  for k = i, j do ids[k - i + 1] = sub(ARGV[k], 5, 20) end
  local known = false
  for _, state in ipairs(call('HMGET', bucket, unpack(ids))) do known = known or state end
  return known
end

-- Consecutive ids share a bucket: one command for all of them. False if an id comes twice; then nothing has changed.
local function add_new(bucket, i, j)
  local entries = {}
  for k = 0, j - i do
    entries[2 * k + 1] = sub(ARGV[i + k], 5, 20)
    entries[2 * k + 2] = state_of(seq + k)
  end
  local count = j - i + 1
  if call('HSET', bucket, unpack(entries)) < count then
    for k = 1, #entries, 2 do call('HDEL', bucket, entries[k]) end
    return false
  end
  for k = i, j do accepted[taken + k - i + 1] = ARGV[k] end
  taken = taken + count
  seq = seq + count
  return true
end

local i = 3
while i <= n do
  local neighbours = sub(ARGV[i], 11, 19)
  local j = i
  while j < n and sub(ARGV[j + 1], 11, 19) == neighbours do j = j + 1 end
  local bucket = P .. 's:' .. neighbours
  if some_finished or (not fresh and (j == i or any_known(bucket, i, j))) or not add_new(bucket, i, j) then
    for k = i, j do add_one(k) end
  end
  i = j + 1
end

if taken > 0 then
  if all then call('RPUSH', KEYS[1], unpack(ARGV, 3)) else call('RPUSH', KEYS[1], unpack(accepted)) end
  -- All elements of a call have the same kind.
  if has_follows(accepted[1]) then announce(accepted) end
  wake(priority)
end
return full or taken
