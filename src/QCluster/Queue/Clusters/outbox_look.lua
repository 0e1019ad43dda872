-- The pending work for other queues, oldest first.
-- KEYS[1]    outbox
-- returns    entries, at most 100
return redis.call('LRANGE', KEYS[1], 0, 99)
