-- Removes, pauses or resumes a schedule.
-- KEYS[1]    schedules
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    name
-- ARGV[3]    'remove', 'pause', 'resume', or 'drop' = remove it if it has not changed since it was seen
-- ARGV[4]    for 'resume': its next due time, Unix ms; '' = never again. For 'drop': the due time seen, '' = none
-- ARGV[5]    for 'drop': the number of runs seen
-- returns    1, or 0 if there is none of that name, or it has changed since it was seen
local P, name, verb = ARGV[1], ARGV[2], ARGV[3]
local key = P .. 'sx:' .. name
if redis.call('HEXISTS', KEYS[1], name) == 0 then return 0 end
if verb == 'drop' and ((redis.call('ZSCORE', P .. 'sd', name) or '') ~= ARGV[4] or (redis.call('HGET', key, 'runs') or '0') ~= ARGV[5]) then return 0 end
if verb == 'resume' then
  if redis.call('HDEL', key, 'paused') == 1 and ARGV[4] ~= '' then redis.call('ZADD', P .. 'sd', ARGV[4], name) end
else
  redis.call('ZREM', P .. 'sd', name)
  if verb == 'pause' then
    redis.call('HDEL', key, 'rests')
    redis.call('HSET', key, 'paused', 1)
  else
    redis.call('HDEL', KEYS[1], name)
    redis.call('DEL', key)
  end
end
redis.call('PUBLISH', P .. 'schedules', '1')
return 1
