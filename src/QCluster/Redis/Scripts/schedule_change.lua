-- Removes, pauses or resumes a schedule.
-- KEYS[1]    schedules
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    name
-- ARGV[3]    'remove', 'pause' or 'resume'
-- ARGV[4]    for 'resume': when it is due next, Unix ms; '' = never again
-- returns    1, or 0 when there is none of that name
local P, name = ARGV[1], ARGV[2]
if redis.call('HEXISTS', KEYS[1], name) == 0 then return 0 end
if ARGV[3] == 'resume' then
  if redis.call('HDEL', P .. 'sx:' .. name, 'paused') == 1 and ARGV[4] ~= '' then redis.call('ZADD', P .. 'sd', ARGV[4], name) end
else
  redis.call('ZREM', P .. 'sd', name)
  if ARGV[3] == 'pause' then
    redis.call('HSET', P .. 'sx:' .. name, 'paused', 1)
  else
    redis.call('HDEL', KEYS[1], name)
    redis.call('DEL', P .. 'sx:' .. name)
  end
end
redis.call('PUBLISH', P .. 'schedules', '1')
return 1
