-- Removes tasks that the database has from the list that waits for it. Safe to repeat, by several monitors too.
-- KEYS[1]    list of one state's uncached tasks
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    milliseconds for which their records still stay in Redis
-- ARGV[3..]  entries of the list, from its end
-- returns    length of the list
local P = ARGV[1]
for i = 3, #ARGV do
  if redis.call('LINDEX', KEYS[1], -1) == ARGV[i] then
    redis.call('RPOP', KEYS[1])
    redis.call('PEXPIRE', P .. 'r:' .. string.sub(ARGV[i], 1, 16), ARGV[2])
  end
end
return redis.call('LLEN', KEYS[1])
