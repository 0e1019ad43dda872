-- Removes tasks from the dead list.
-- KEYS[1]    dead list
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    '1' = with their records
-- ARGV[3..]  ids, at most 1000; none = all of them
-- returns    number of removed tasks
local P, ids = ARGV[1], {}
for i = 3, #ARGV do ids[i - 2] = ARGV[i] end
if #ids == 0 then ids = redis.call('ZRANGE', KEYS[1], 0, 999) end
local count = 0
for _, id in ipairs(ids) do
  if redis.call('ZREM', KEYS[1], id) == 1 then
    count = count + 1
    if ARGV[2] == '1' then redis.call('DEL', P .. 'r:' .. id) end
  end
end
return count
