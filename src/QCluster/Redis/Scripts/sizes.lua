-- How much is where, and what has been counted, for one queue.
-- KEYS[1]    registrations of worker incarnations
-- ARGV[1]    prefix of the queue's keys
-- returns    { waiting by priority 0-9..., of a later version, delayed, in flight, kept back by limits, counter, value, counter, value... }
local P = ARGV[1]
local result = {}
for p = 0, 9 do result[p + 1] = redis.call('LLEN', P .. 'l:' .. p) + redis.call('LLEN', P .. 'l:' .. string.char(65 + p)) end
-- Those that were cancelled stand in their lists until CLAIM comes past them.
local cancelled = redis.call('HGETALL', P .. 'cx')
for i = 1, #cancelled, 2 do
  local p = (string.byte(cancelled[i]) - 48) % 17 + 1
  result[p] = math.max(0, result[p] - cancelled[i + 1])
end
result[11] = redis.call('LLEN', P .. 'nv')
result[12] = redis.call('ZCARD', P .. 'd')
local inflight = 0
for _, incarnation in ipairs(redis.call('HKEYS', KEYS[1])) do
  inflight = inflight + redis.call('HLEN', P .. 'f:' .. incarnation)
end
result[13] = inflight
result[14] = redis.call('HLEN', P .. 'pe')
for _, value in ipairs(redis.call('HGETALL', P .. 'st')) do result[#result + 1] = value end
return result
