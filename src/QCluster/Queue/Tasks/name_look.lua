-- The task that was enqueued last under a name.
-- KEYS[1]    name
-- ARGV[1]    prefix of the queue's keys
-- returns    its id (16 bytes), or nil
return redis.call('GET', KEYS[1])
