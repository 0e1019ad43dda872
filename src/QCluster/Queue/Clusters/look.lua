-- Whether CLAIM would find anything in a queue: what an idle pusher asks of all its queues in one call.
-- KEYS[1]    registrations of worker incarnations
-- ARGV[1]    prefix of the queue's keys
-- returns    0 = there may be something now, else the milliseconds until there will be, or -1 for nothing in sight
local P = ARGV[1]
--include lanes
-- Paused: resuming leaves tokens.
if redis.call('EXISTS', P .. 'pz') == 1 then return -1 end
if redis.call('EXISTS', P .. 'pk', P .. 'nv', unpack(lane_keys)) > 0 then return 0 end
local first = redis.call('ZRANGE', P .. 'd', 0, 0, 'WITHSCORES')[2]
if not first then return -1 end
local time = redis.call('TIME')
return math.max(0, math.ceil(tonumber(first) - time[1] * 1000 - time[2] / 1000))
