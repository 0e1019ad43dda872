-- Removes a cluster that stops. Its workers have been reclaimed; a remaining one is an orphan from now on.
-- KEYS[1]    heartbeats
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    cluster
-- returns    1 when it was registered, else 0
redis.call('HDEL', ARGV[1] .. 'ci', ARGV[2])
redis.call('HDEL', ARGV[1] .. 'cc', ARGV[2])
redis.call('HDEL', ARGV[1] .. 'cr', ARGV[2])
redis.call('DEL', ARGV[1] .. 'fn:' .. ARGV[2])
redis.call('DEL', ARGV[1] .. 'fs:' .. ARGV[2])
redis.call('DEL', ARGV[1] .. 'cn:' .. ARGV[2])
local left = redis.call('ZREM', KEYS[1], ARGV[2])
-- No cluster remains that could leave new marks.
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('DEL', ARGV[1] .. 'ow') end
return left
