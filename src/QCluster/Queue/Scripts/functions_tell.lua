-- A worker tells which functions it has.
-- KEYS[1]    functions of its cluster
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    the cluster
-- ARGV[3..]  names, at most 1000
-- returns    1, or 0 when the cluster is not alive
if not redis.call('ZSCORE', ARGV[1] .. 'c', ARGV[2]) then return 0 end
redis.call('SADD', KEYS[1], unpack(ARGV, 3))
redis.call('DEL', ARGV[1] .. 'fs:' .. ARGV[2])
return 1
