-- The queue with the schedule of a periodic task class: one for all clusters of a name, for all queues they serve.
-- KEYS[1]    hash: name of the class -> queue. It is one of the keys of the queue 'default', even if no cluster serves that queue.
-- ARGV[1]    prefix of those keys
-- ARGV[2..]  for each class three: name; its new queue, or '' to look only; its expected queue, '' = none yet
-- returns    for each class its queue now, or ''
local result = {}
for i = 2, #ARGV, 3 do
  local home = redis.call('HGET', KEYS[1], ARGV[i]) or ''
  if ARGV[i + 1] ~= '' and home == ARGV[i + 2] then
    home = ARGV[i + 1]
    redis.call('HSET', KEYS[1], ARGV[i], home)
  end
  result[#result + 1] = home
end
return result
