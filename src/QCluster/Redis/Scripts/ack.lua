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

local result, counts = {}, {}
for k, element in ipairs(elements) do
  local i = 4 * k - 1
  -- HDEL one by one: an attempt named twice in one call must count once.
  if element and redis.call('HDEL', KEYS[1], fields[k]) == 1 then
    finish(string.sub(fields[k], 3), ARGV[i + 1], element, tonumber(ARGV[i + 2]), STATES[ARGV[i + 3]] or '4')
    counts[ARGV[i + 3]] = (counts[ARGV[i + 3]] or 0) + 1
    result[k] = 1
  else
    result[k] = absent
  end
end
for counter, count in pairs(counts) do redis.call('HINCRBY', P .. 'st', counter, count) end
return result
