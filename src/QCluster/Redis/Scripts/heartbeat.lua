-- Says that a cluster is alive and what it is doing.
-- KEYS[1]    heartbeats
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    cluster
-- ARGV[3]    milliseconds until it counts as dead
-- ARGV[4]    its description
-- ARGV[5]    '1' at its first heartbeat, else ''
-- ARGV[6]    how many tasks it runs at a time
-- ARGV[7..]  ids that it has been told to cancel and has dealt with
-- returns    { 1, ids that are to be cancelled there... }, or { 0 } when it has been declared dead
if ARGV[5] ~= '1' and not redis.call('ZSCORE', KEYS[1], ARGV[2]) then return { 0 } end
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]), ARGV[2])
redis.call('HSET', ARGV[1] .. 'ci', ARGV[2], ARGV[4])
local cancels = ARGV[1] .. 'cn:' .. ARGV[2]
redis.call('HSET', ARGV[1] .. 'cc', ARGV[2], ARGV[6])
for i = 7, #ARGV do redis.call('SREM', cancels, ARGV[i]) end
local result = { 1 }
for _, id in ipairs(redis.call('SMEMBERS', cancels)) do result[#result + 1] = id end
return result
