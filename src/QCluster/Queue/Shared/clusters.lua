-- Included by scripts that look for a cluster with a function; declares locals, returns nothing.
-- live_clusters(): the clusters whose heartbeat has not expired.
-- may_run(clusters, func): 'yes' = one of them has it, 'maybe' = a starting one has not announced its functions yet, 'no'.
-- c           sorted set: cluster -> time at which its heartbeat expires, Unix ms
-- fn:CLUSTER  set of the functions that its workers have announced
local function live_clusters()
  local time = redis.call('TIME')
  return redis.call('ZRANGEBYSCORE', P .. 'c', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)), '+inf')
end

local function may_run(clusters, func)
  local answer = 'no'
  for _, cluster in ipairs(clusters) do
    if redis.call('SISMEMBER', P .. 'fn:' .. cluster, func) == 1 then return 'yes' end
    if redis.call('EXISTS', P .. 'fn:' .. cluster) == 0 then answer = 'maybe' end
  end
  return answer
end
