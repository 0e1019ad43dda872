-- Says that members of a group are still being enqueued, or that all are.
-- KEYS[1]    information on the group
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    label
-- ARGV[3]    '1' = open, '0' = all are enqueued
-- ARGV[4]    how long an empty group is kept, ms
-- ARGV[5]    what is enqueued once all are done: priority digit and element; or ''
-- returns    members enqueued
local P, label = ARGV[1], ARGV[2]
--include group
if ARGV[3] == '1' then
  redis.call('HSETNX', KEYS[1], 't', 0)
  redis.call('HSET', KEYS[1], 'o', 1)
  if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'b', ARGV[5]) end
elseif redis.call('HDEL', KEYS[1], 'o') == 1 then
  redis.call('HSETNX', KEYS[1], 'k', ARGV[4])
  settle_group(label)
end
return tonumber(redis.call('HGET', KEYS[1], 't')) or 0
