-- Cancels a chain: no step follows the running one.
-- KEYS[1]    chain
-- ARGV[1]    prefix of the queue's keys
-- returns    id and queue of the running step, which the caller cancels; '' when the chain has ended; nil when it is unknown
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
if redis.call('HEXISTS', KEYS[1], 'e') == 1 then return '' end
redis.call('HSET', KEYS[1], 'x', 1)
return redis.call('HGET', KEYS[1], 'q')
