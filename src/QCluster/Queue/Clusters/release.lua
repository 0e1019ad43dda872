-- RELEASE: gives back to the head of their lists, in the order given, attempts that a live worker did not begin.
-- KEYS[1]    in-flight hash of the incarnation
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2..]  attempt keys (18 bytes)
-- returns    how many were given back
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
