-- ACK: ends tasks of one worker incarnation with their outcomes. Each begins by taking the attempt out of the in-flight
-- hash; if it is not there, nothing happens.
-- KEYS[1]    in-flight hash of the incarnation
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    incarnation
-- ARGV[3..]  for each outcome: attempt key (18 bytes), outcome, milliseconds to keep the record (0 = not, below 0 = as an
--            uncached one), counter to raise (succeeded, failed, cancelled)
-- returns    for each outcome 1 = saved, 0 = was saved before (a lost reply), -1 = fenced (given to another worker)
local P = ARGV[1]
--include finish
local STATES = { succeeded = '3', cancelled = '5' }
local fields = {}
for i = 3, #ARGV, 4 do fields[#fields + 1] = ARGV[i] end
local elements = redis.call('HMGET', KEYS[1], unpack(fields))
local registration = redis.call('HGET', P .. 'w', ARGV[2])
local absent = (registration and string.byte(registration) ~= 33) and 0 or -1

-- The usual case: all are there, and none is named twice in this call, so they are taken out in one go.
local whole, seen = true, {}
for k, element in ipairs(elements) do
  if not element or seen[fields[k]] then
    whole = false
    break
  end
  seen[fields[k]] = true
end
if whole then redis.call('HDEL', KEYS[1], unpack(fields)) end

local result, counts = {}, {}
for k, element in ipairs(elements) do
  local i = 4 * k - 1
  if element and (whole or redis.call('HDEL', KEYS[1], fields[k]) == 1) then
    finish(string.sub(fields[k], 3), ARGV[i + 1], element, tonumber(ARGV[i + 2]), STATES[ARGV[i + 3]] or '4')
    counts[ARGV[i + 3]] = (counts[ARGV[i + 3]] or 0) + 1
    result[k] = 1
  else
    result[k] = absent
  end
end
forget_states()
for counter, count in pairs(counts) do redis.call('HINCRBY', P .. 'st', counter, count) end
return result
