-- Puts tasks at the tail of a queue list. Safe to repeat: an id that is waiting, in flight or finished is left alone.
-- KEYS[1]    list of the priority
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    priority, one digit
-- ARGV[3..]  task elements, at most 1000; one alone if it has a unique key
-- returns    how many were new; or the id of the task that holds the unique key
local P, priority = ARGV[1], ARGV[2]
--include announce
--include wake
local sub = string.sub
local n = #ARGV

if n == 3 then
  local holder = unique_holder(ARGV[3])
  if holder then return holder end
end

local records = {}
for i = 3, n do records[i - 2] = P .. 'r:' .. sub(ARGV[i], 5, 20) end
local some_finished = redis.call('EXISTS', unpack(records)) > 0

-- State of a waiting task: its place in an endless numbering of the list, then the priority digit. The head's number moves
-- with each element taken or given back, so place = number - head.
local seq = (tonumber(redis.call('HGET', P .. 'h', priority)) or 0) + redis.call('LLEN', KEYS[1])
local accepted = {}

local function add_one(i)
  local id = sub(ARGV[i], 5, 20)
  if some_finished and redis.call('EXISTS', P .. 'r:' .. id) == 1 then return end
  if redis.call('HSETNX', P .. 's:' .. sub(id, 7, 15), id, string.format('%.0f', seq) .. priority) == 1 then
    seq = seq + 1
    accepted[#accepted + 1] = ARGV[i]
  end
end

local i = 3
while i <= n do
  local bucket = sub(ARGV[i], 11, 19)
  local j = i
  while j < n and sub(ARGV[j + 1], 11, 19) == bucket do j = j + 1 end
  if j == i or some_finished then
    for k = i, j do add_one(k) end
  else
    local ids = {}
    for k = i, j do ids[k - i + 1] = sub(ARGV[k], 5, 20) end
    local known = false
    for _, state in ipairs(redis.call('HMGET', P .. 's:' .. bucket, unpack(ids))) do known = known or state end
    if known then
      for k = i, j do add_one(k) end
    else
      local entries = {}
      for k = i, j do
        entries[#entries + 1] = ids[k - i + 1]
        entries[#entries + 1] = string.format('%.0f', seq + k - i) .. priority
      end
      if redis.call('HSET', P .. 's:' .. bucket, unpack(entries)) == #ids then
        for k = i, j do accepted[#accepted + 1] = ARGV[k] end
        seq = seq + #ids
      else
        -- The batch names an id twice.
        redis.call('HDEL', P .. 's:' .. bucket, unpack(ids))
        for k = i, j do add_one(k) end
      end
    end
  end
  i = j + 1
end

if #accepted > 0 then
  redis.call('RPUSH', KEYS[1], unpack(accepted))
  -- The elements of a call are all of one kind.
  if has_follows(accepted[1]) then announce(accepted) end
  wake()
end
return #accepted
