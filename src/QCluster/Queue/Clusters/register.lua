-- Registers a worker incarnation of a live cluster.
-- KEYS[1]    registrations of worker incarnations
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    incarnation
-- ARGV[3]    cluster
-- returns    1, or 0 when the cluster is not alive (its heartbeat has expired)
local P = ARGV[1]
if not redis.call('ZSCORE', P .. 'c', ARGV[3]) then return 0 end
--include anyway
redis.call('HSETNX', KEYS[1], ARGV[2], '0:' .. ARGV[3])
return 1
