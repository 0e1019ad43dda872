-- The progress of a group.
-- KEYS[1]    information on the group
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    label
-- ARGV[3]    needed number of finished members, or 'a' = all that were enqueued
-- ARGV[4]    channel on which to notify the caller when there are that many, or '' to only look
-- ARGV[5]    message of that notification, 16 bytes
-- returns    { 1 = there are that many, 1 = the group is known, finished, without success, enqueued, 1 = more may come, members of
--            earlier uses of the label }
local P, label, need = ARGV[1], ARGV[2], ARGV[3]
--include group
local info = redis.call('HMGET', KEYS[1], 't', 'f', 'o', 'c', 'w', 'z')
local finished, total = redis.call('LLEN', P .. 'g:' .. label), tonumber(info[1]) or 0
local known = info[1] and 1 or 0
local open = info[3]
local enough = group_is_enough(need, finished, total, open, info[4]) or (need == 'a' and known == 1 and total == 0 and not open)
if not enough and ARGV[4] ~= '' then
  local key = string.gsub(ARGV[5], '.', function(c) return string.format('%02x', string.byte(c)) end)
  local waiter = need .. ':' .. ARGV[4] .. ':' .. key
  if not info[5] then
    redis.call('HSET', KEYS[1], 'w', waiter)
  elseif not string.find(';' .. info[5] .. ';', ';' .. waiter .. ';', 1, true) then
    redis.call('HSET', KEYS[1], 'w', info[5] .. ';' .. waiter)
  end
  -- Perhaps no member ever comes. Waiting clients look again long before this time has passed.
  if known == 0 then redis.call('PEXPIRE', KEYS[1], 60000) end
end
return { enough and 1 or 0, known, finished, tonumber(info[2]) or 0, total, open and 1 or 0, tonumber(info[6]) or 0 }
