-- Declares clusters dead whose heartbeat has expired, and lists the worker incarnations without a live cluster.
-- KEYS[1]    heartbeats
-- ARGV[1]    prefix of the queue's keys
-- returns    incarnation, cluster, incarnation, cluster... (at most 200 incarnations)
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
for _, cluster in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 100)) do
  redis.call('ZREM', KEYS[1], cluster)
  redis.call('HDEL', ARGV[1] .. 'ci', cluster)
  redis.call('HDEL', ARGV[1] .. 'cc', cluster)
  redis.call('HDEL', ARGV[1] .. 'cr', cluster)
  redis.call('DEL', ARGV[1] .. 'fn:' .. cluster)
  redis.call('DEL', ARGV[1] .. 'fs:' .. cluster)
  redis.call('DEL', ARGV[1] .. 'cn:' .. cluster)
end
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('DEL', ARGV[1] .. 'ow') end

local result, alive = {}, {}
local workers = redis.call('HGETALL', ARGV[1] .. 'w')
for i = 1, #workers, 2 do
  local cluster = string.match(workers[i + 1], ':(.*)$')
  if alive[cluster] == nil then alive[cluster] = redis.call('ZSCORE', KEYS[1], cluster) and true or false end
  if not alive[cluster] and #result < 400 then
    result[#result + 1] = workers[i]
    result[#result + 1] = cluster
  end
end
return result
