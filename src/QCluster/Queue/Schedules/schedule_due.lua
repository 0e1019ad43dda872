-- The schedules that are due by the clock of Redis, at most 100 at a time.
-- KEYS[1]    schedules by their due time
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    number to skip
-- returns    { now (Unix ms; 0 if nothing is scheduled), the first due time after now or '', then for each due schedule: name, due time,
--              definition, runs }
local P = ARGV[1]
if redis.call('EXISTS', KEYS[1]) == 0 then return { '0', '' } end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local result = { now, redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2] or '' }
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'WITHSCORES', 'LIMIT', ARGV[2], 100)
for i = 1, #due, 2 do
  local definition = redis.call('HGET', P .. 'sc', due[i])
  if definition then
    for _, item in ipairs({ due[i], due[i + 1], definition, redis.call('HGET', P .. 'sx:' .. due[i], 'runs') or '0' }) do result[#result + 1] = item end
  else
    redis.call('ZREM', KEYS[1], due[i])
  end
end
return result
