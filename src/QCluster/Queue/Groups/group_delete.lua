-- Deletes a part of a group. Repeated by the caller until fewer than 1000 were removed.
-- KEYS[1]    list of the members
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    label
-- ARGV[3]    '1' = with the members' records
-- returns    number of removed members, at most 1000; the group's keys are removed with the last one
local P = ARGV[1]
--include held
--include pop
local members = pop(KEYS[1], 1000) or {}
if ARGV[3] == '1' then
  for _, member in ipairs(members) do
    if #member == 17 then redis.call('DEL', P .. 'r:' .. string.sub(member, 1, 16)) end
  end
end
if #members < 1000 then
  redis.call('DEL', P .. 'gi:' .. ARGV[2])
  if ARGV[3] == '1' then redis.call('DEL', P .. 'gh:' .. ARGV[2]) else end_whole(ARGV[2], 0) end
end
return #members
