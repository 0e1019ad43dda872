-- Says that a cluster is alive and what it is doing.
-- KEYS[1]    heartbeats
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    cluster
-- ARGV[3]    milliseconds until it counts as dead
-- ARGV[4]    its description
-- ARGV[5]    '1' at its first heartbeat, else ''
-- ARGV[6]    how many tasks it runs at a time
-- ARGV[7]    the tasks of this queue that it runs, or '' for none
-- ARGV[8..]  ids that it has been told to cancel and has dealt with
-- returns    { 1, ids that are to be cancelled there... }, or { 0 } when it has been declared dead
local P = ARGV[1]
--include ages
if ARGV[5] ~= '1' and not redis.call('ZSCORE', KEYS[1], ARGV[2]) then return { 0 } end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[3]), ARGV[2])
redis.call('HSET', P .. 'ci', ARGV[2], ARGV[4])
local cancels = P .. 'cn:' .. ARGV[2]
redis.call('HSET', P .. 'cc', ARGV[2], ARGV[6])
if ARGV[7] == '' then redis.call('HDEL', P .. 'cr', ARGV[2]) else redis.call('HSET', P .. 'cr', ARGV[2], ARGV[7]) end
mark_lanes(now)
for i = 8, #ARGV do redis.call('SREM', cancels, ARGV[i]) end
local result = { 1 }
for _, id in ipairs(redis.call('SMEMBERS', cancels)) do result[#result + 1] = id end
return result
