-- What the live clusters of a queue tell of themselves.
-- KEYS[1]    hash of the descriptions
-- ARGV[1]    prefix of the queue's keys
-- returns    descriptions
return redis.call('HVALS', KEYS[1])
