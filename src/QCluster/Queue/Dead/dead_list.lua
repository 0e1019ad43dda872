-- The ids of dead-lettered tasks, newest first.
-- KEYS[1]    dead list: sorted set, id -> when, Unix ms
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    number to skip
-- ARGV[3]    maximum number
-- returns    { length of the list, then id, when, id, when... }
local result = redis.call('ZREVRANGE', KEYS[1], ARGV[2], ARGV[2] + ARGV[3] - 1, 'WITHSCORES')
table.insert(result, 1, tostring(redis.call('ZCARD', KEYS[1])))
return result
