-- Deletes the record of a finished task.
-- KEYS[1]    record
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    state digit and its entry in the list of uncached tasks, or ''
-- returns    1 = the record existed
if ARGV[2] ~= '' then redis.call('LREM', ARGV[1] .. 'sv:' .. string.sub(ARGV[2], 1, 1), 1, string.sub(ARGV[2], 2)) end
return redis.call('DEL', KEYS[1])
