-- First half of RECLAIM: an incarnation that is dead, or counted as dead, gets nothing more. Its tasks stay in its in-flight
-- hash, and its registration stays as a mark, until the second half has emptied it.
-- KEYS[1]    registrations of worker incarnations
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    incarnation
-- returns    the elements in flight there
local P = ARGV[1]
--include anyway
local registration = redis.call('HGET', KEYS[1], ARGV[2])
if registration then
  redis.call('HSET', KEYS[1], ARGV[2], '!:' .. string.match(registration, ':(.*)$'))
end
return redis.call('HVALS', ARGV[1] .. 'f:' .. ARGV[2])
