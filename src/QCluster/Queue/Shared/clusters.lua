-- Included by scripts that ask who could run a function; declares locals, returns nothing.
-- live_clusters(): those whose heartbeat has not run out.
-- may_run(clusters, func): 'yes' = one of them has it, 'maybe' = one that starts has not announced its functions yet, 'no'.
-- c           sorted set: cluster -> when its heartbeat runs out, Unix ms
-- fn:CLUSTER  set of the functions its workers have
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
