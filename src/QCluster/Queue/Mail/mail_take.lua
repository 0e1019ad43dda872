-- Gives one monitor at a time the right to send error mails.
-- KEYS[1]    ids of failed tasks to report by mail
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    the calling monitor
-- ARGV[3]    number of processed ids among those of its previous call: they are removed
-- ARGV[4]    number of mails it has sent for them
-- ARGV[5]    maximum number of mails a minute
-- ARGV[6]    the first of those ids: if it is no longer the oldest, this is a repeated call and they were removed
-- returns    { number of mails that may be sent now, the oldest ids (at most 1000) }; nothing while another monitor has the lease
local P, lease = ARGV[1], ARGV[1] .. 'eml'
local holder = redis.call('GET', lease)
if holder and holder ~= ARGV[2] then return {} end
redis.call('SET', lease, ARGV[2], 'PX', 30000)
local sent = P .. 'emc'
if tonumber(ARGV[3]) > 0 and redis.call('LINDEX', KEYS[1], 0) == ARGV[6] then
  redis.call('LTRIM', KEYS[1], ARGV[3], -1)
  if tonumber(ARGV[4]) > 0 and redis.call('INCRBY', sent, ARGV[4]) == tonumber(ARGV[4]) then redis.call('PEXPIRE', sent, 60000) end
end
local result = redis.call('LRANGE', KEYS[1], 0, 999)
table.insert(result, 1, tostring(math.max(0, ARGV[5] - (redis.call('GET', sent) or 0))))
return result
