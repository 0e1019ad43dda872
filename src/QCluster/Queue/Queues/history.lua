-- What was counted at regular times, the newest first.
-- KEYS[1]    the samples
-- ARGV[1]    prefix of the queue's keys
-- returns    samples, each 'seconds:enqueued:succeeded:failed:cancelled', counted from the queue's beginning
return redis.call('LRANGE', KEYS[1], 0, -1)
