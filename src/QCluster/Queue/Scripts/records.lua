-- The records of tasks.
-- KEYS[1]    list of the successes that are kept; only names the slot
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2..]  ids (16 bytes), at most 1000
-- returns    for each its record, or nil
local keys = {}
for i = 2, #ARGV do keys[i - 1] = ARGV[1] .. 'r:' .. ARGV[i] end
return redis.call('MGET', unpack(keys))
