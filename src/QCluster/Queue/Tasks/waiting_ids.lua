-- Some of the waiting and delayed tasks.
-- KEYS[1]    registrations of worker incarnations; only determines the slot of Redis Cluster
-- ARGV[1]    prefix of the queue's keys
-- returns    ids (16 bytes), at most a few hundred; none when no task remains
local P, result = ARGV[1], {}
local function add(id)
  if redis.call('HEXISTS', P .. 's:' .. string.sub(id, 7, 15), id) == 1 then result[#result + 1] = id end
end
for lane in string.gmatch('0123456789ABCDEFGHIJ', '.') do
  local list = P .. 'l:' .. lane
  for from = 0, redis.call('LLEN', list) - 1, 200 do
    for _, element in ipairs(redis.call('LRANGE', list, from, from + 199)) do add(string.sub(element, 5, 20)) end
    if #result >= 200 then return result end
  end
end
for _, element in ipairs(redis.call('LRANGE', P .. 'nv', 0, 199)) do add(string.sub(element, 5, 20)) end
for _, id in ipairs(redis.call('ZRANGE', P .. 'd', 0, 199)) do add(id) end
for _, id in ipairs(redis.call('HKEYS', P .. 'pe')) do
  if #result >= 400 then return result end
  add(id)
end
return result
