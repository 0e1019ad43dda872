-- A worker announces its functions.
-- KEYS[1]    functions of its cluster
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    the cluster
-- ARGV[3..]  names, at most 1000
-- returns    1, or 0 when the cluster is not alive
local P = ARGV[1]
if not redis.call('ZSCORE', P .. 'c', ARGV[2]) then return 0 end
--include anyway
redis.call('SADD', KEYS[1], unpack(ARGV, 3))
redis.call('DEL', ARGV[1] .. 'fs:' .. ARGV[2])
return 1
