-- Some of the finished members of a group.
-- KEYS[1]    list of the members
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    first, from 0
-- ARGV[3]    last
-- returns    members: id (16 bytes), state (1 digit), queue if it differs
return redis.call('LRANGE', KEYS[1], ARGV[2], ARGV[3])
