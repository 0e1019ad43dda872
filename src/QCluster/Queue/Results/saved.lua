-- The uncached tasks that ended last.
-- KEYS[1]    list of one state's uncached tasks
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    first, from 0 = the newest
-- ARGV[3]    last
-- returns    entries: id (16 bytes), time of its end in Unix seconds (4)
return redis.call('LRANGE', KEYS[1], ARGV[2], ARGV[3])
