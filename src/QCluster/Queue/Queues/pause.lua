-- Pauses or resumes a queue. CLAIM hands out no task of a paused queue; everything else continues.
-- KEYS[1]    time of the pause
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    '1' to pause, '0' to resume
-- returns    1 if that changed the queue, else 0
local P = ARGV[1]
--include wake
if ARGV[2] == '1' then
  local time = redis.call('TIME')
  return redis.call('SETNX', KEYS[1], string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
end
if redis.call('DEL', KEYS[1]) == 0 then return 0 end
for lane in string.gmatch('0579A', '.') do wake(lane) end
return 1
