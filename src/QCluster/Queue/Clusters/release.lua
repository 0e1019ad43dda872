-- RELEASE: returns attempts that a live worker did not start to the head of their lists, in the given order.
-- KEYS[1]    in-flight hash of the incarnation
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2..]  attempt keys (18 bytes)
-- returns    number of returned attempts
local P = ARGV[1]
--include finish
--include requeue
local released = 0
for i = #ARGV, 2, -1 do
  local element = redis.call('HGET', KEYS[1], ARGV[i])
  if element then
    redis.call('HDEL', KEYS[1], ARGV[i])
    requeue(element)
    released = released + 1
  end
end
forget_states()
return released
