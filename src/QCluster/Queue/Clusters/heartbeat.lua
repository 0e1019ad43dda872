-- Reports that a cluster is alive, and its state.
-- KEYS[1]    heartbeats
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    cluster
-- ARGV[3]    milliseconds until the cluster counts as dead without another heartbeat
-- ARGV[4]    its description
-- ARGV[5]    '1' at its first heartbeat, else ''
-- ARGV[6]    number of tasks it can run at a time
-- ARGV[7]    its running tasks of this queue, or '' for none
-- ARGV[8..]  ids whose requested cancel it has processed
-- returns    { 1, ids with a requested cancel... }, or { 0 } if the cluster has been declared dead
local P = ARGV[1]
--include ages
--include counts
local SAMPLE_SECONDS, MOST_SAMPLES = 10, 180
-- The time for a starting cluster to announce the functions of its workers. A cluster whose workers never do, because they cannot
-- start or have a client of their own, must not delay tasks with unknown functions.
local START_TIME = 60000
if ARGV[5] ~= '1' and not redis.call('ZSCORE', KEYS[1], ARGV[2]) then return { 0 } end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
--include anyway
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[3]), ARGV[2])
redis.call('HSET', P .. 'ci', ARGV[2], ARGV[4])
if ARGV[5] == '1' and redis.call('EXISTS', P .. 'fn:' .. ARGV[2]) == 0 then redis.call('SET', P .. 'fs:' .. ARGV[2], '', 'PX', START_TIME) end
local cancels = P .. 'cn:' .. ARGV[2]
redis.call('HSET', P .. 'cc', ARGV[2], ARGV[6])
if ARGV[7] == '' then redis.call('HDEL', P .. 'cr', ARGV[2]) else redis.call('HSET', P .. 'cr', ARGV[2], ARGV[7]) end
mark_lanes(now)

-- One cluster in each interval adds to the history.
local sample = math.floor(now / 1000 / SAMPLE_SECONDS) * SAMPLE_SECONDS
local newest = redis.call('LINDEX', P .. 'hs', 0)
if not newest or tonumber(string.match(newest, '^%d+')) < sample then
  local counted = redis.call('HMGET', P .. 'st', 'succeeded', 'failed', 'cancelled')
  for i = 1, 3 do counted[i] = tonumber(counted[i] or '0') end
  local enqueued = unfinished(P .. 'w') + counted[1] + counted[2] + counted[3]
  redis.call('LPUSH', P .. 'hs', string.format('%d:%.0f:%.0f:%.0f:%.0f', sample, enqueued, counted[1], counted[2], counted[3]))
  redis.call('LTRIM', P .. 'hs', 0, MOST_SAMPLES - 1)
  redis.call('EXPIRE', P .. 'hs', SAMPLE_SECONDS * MOST_SAMPLES)
end
for i = 8, #ARGV do redis.call('SREM', cancels, ARGV[i]) end
local result = { 1 }
for _, id in ipairs(redis.call('SMEMBERS', cancels)) do result[#result + 1] = id end
return result
