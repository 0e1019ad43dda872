-- The numbers of tasks by state, and the counters, of one queue.
-- KEYS[1]    registrations of worker incarnations
-- ARGV[1]    prefix of the queue's keys
-- returns    { waiting by priority 0-9..., of a later version, delayed, in flight, parked by limits, dead-lettered, time of the pause
--            (Unix ms) or 0, minimum age of the oldest waiting task in ms or -1 if none waits, ms for which the first delayed task has
--            been due or 0, the same for the first schedule, the time (Unix ms), counter, value, counter, value... }
local P = ARGV[1]
--include ages
--include counts
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local result = {}
for p = 1, 10 do result[p] = 0 end
local oldest = -1
-- Cancelled tasks stay in their lists until CLAIM reaches them.
each_lane(function(lane, length)
  length = math.max(0, length - (tonumber(redis.call('HGET', P .. 'cx', lane)) or 0))
  if length == 0 then return end
  local p = (string.byte(lane) - 48) % 17 + 1
  result[p] = result[p] + length
  local at = marks_of(lane, head_of(lane))[2]
  if not at and redis.call('ZCARD', P .. 'c') == 0 then
    -- Without a cluster there are no marks: the time in the id is the best estimate.
    local element = redis.call('LINDEX', P .. 'l:' .. lane, 0)
    if #element > 20 then
      local high, low = struct.unpack('>I4I2', string.sub(element, 5, 10))
      at = high * 65536 + low
    end
  end
  oldest = math.max(oldest, at and now - at or 0)
end)
result[11] = redis.call('LLEN', P .. 'nv')
result[12] = redis.call('ZCARD', P .. 'd')
result[13] = in_flight(KEYS[1])
result[14] = redis.call('HLEN', P .. 'pe')
result[15] = redis.call('ZCARD', P .. 'dl')
result[16] = tonumber(redis.call('GET', P .. 'pz') or '0')
result[17] = oldest
local function overdue(key)
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
  return first and math.max(0, now - tonumber(first)) or 0
end
result[18] = overdue(P .. 'd')
result[19] = overdue(P .. 'sd')
result[20] = now
for _, value in ipairs(redis.call('HGETALL', P .. 'st')) do result[#result + 1] = value end
return result
