-- The samples of the counters at regular times, newest first.
-- KEYS[1]    the samples
-- ARGV[1]    prefix of the queue's keys
-- returns    samples, each 'seconds:enqueued:succeeded:failed:cancelled', counted since the queue was created
return redis.call('LRANGE', KEYS[1], 0, -1)
