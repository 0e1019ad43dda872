-- Ends the wait of a pusher, so that it can wait on more queues. The key expires if the pusher is dead.
-- KEYS[1]    the pusher's own token
-- returns    1
redis.call('DEL', KEYS[1])
redis.call('RPUSH', KEYS[1], '1')
return redis.call('PEXPIRE', KEYS[1], 60000)
