-- First half of RECLAIM: an incarnation that is dead, or declared dead, gets no more tasks. Its tasks stay in its in-flight
-- hash, and its registration stays as a mark, until the second half has reclaimed them all.
-- KEYS[1]    registrations of worker incarnations
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    incarnation
-- returns    the elements of its in-flight hash
local P = ARGV[1]
--include anyway
local registration = redis.call('HGET', KEYS[1], ARGV[2])
if registration then
  redis.call('HSET', KEYS[1], ARGV[2], '!:' .. string.match(registration, ':(.*)$'))
end
return redis.call('HVALS', ARGV[1] .. 'f:' .. ARGV[2])
