-- Tells whether CLAIM would find tasks in a queue. An idle pusher asks this for all its queues in one call.
-- KEYS[1]    registrations of worker incarnations
-- ARGV[1]    prefix of the queue's keys
-- returns    0 = there may be tasks now; else the milliseconds until the next one, or -1 if there is none
local P = ARGV[1]
--include lanes
-- Paused: resuming leaves tokens.
if redis.call('EXISTS', P .. 'pz') == 1 then return -1 end
if redis.call('EXISTS', P .. 'pk', P .. 'nv', unpack(lane_keys)) > 0 then return 0 end
local first = redis.call('ZRANGE', P .. 'd', 0, 0, 'WITHSCORES')[2]
if not first then return -1 end
local time = redis.call('TIME')
return math.max(0, math.ceil(tonumber(first) - time[1] * 1000 - time[2] / 1000))
