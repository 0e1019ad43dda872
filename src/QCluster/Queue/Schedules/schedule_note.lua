-- Notes the problem of a schedule that no cluster has fired in time, for 'schedule list'. The schedule stays due: another cluster may be able
-- to read it.
-- KEYS[1]    schedules by their due time
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    name
-- ARGV[3]    the due time it is expected to have, Unix ms
-- ARGV[4]    the problem
-- returns    1, or 0 if it has been fired or changed meanwhile
local due = redis.call('ZSCORE', KEYS[1], ARGV[2])
if not due or tonumber(due) ~= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', ARGV[1] .. 'sx:' .. ARGV[2], 'error', ARGV[4])
return 1
