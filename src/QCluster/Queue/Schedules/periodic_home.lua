-- In which queue the schedule of a periodic task class is: one for all clusters of a name, whatever queues they serve.
-- KEYS[1]    hash: name of the class -> queue. It stands among the keys of the queue 'default', whether or not that is served.
-- ARGV[1]    prefix of those keys
-- ARGV[2..]  for each class three: name; the queue to put it to, or '' to look only; the queue it is expected to be in, '' = in none yet
-- returns    for each class the queue it is in now, or ''
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
