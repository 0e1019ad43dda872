-- Marks a group as open, while its members are still being enqueued, or as complete.
-- KEYS[1]    information on the group
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    label
-- ARGV[3]    '1' = open, '0' = all members are enqueued
-- ARGV[4]    milliseconds to keep an empty group
-- ARGV[5]    callback that is enqueued once all members have ended: priority digit and element; or ''
-- returns    number of enqueued members
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
