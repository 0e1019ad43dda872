-- Included by scripts that cancel; declares a local, returns nothing.
-- trim(lane): removes cancelled elements from the head of a list, so that a queue without a cluster does not look old because of tasks
-- that no longer wait. Those behind a waiting task are left to CLAIM; cx counts them.
local MAX_TRIM = 10000
local function trim(lane)
  local list = P .. 'l:' .. lane
  local cancelled, taken = tonumber(redis.call('HGET', P .. 'cx', lane)) or 0, 0
  while taken < math.min(cancelled, MAX_TRIM) do
    local element = redis.call('LINDEX', list, 0)
    if not element or #element <= 20 or redis.call('HEXISTS', P .. 's:' .. string.sub(element, 11, 19), string.sub(element, 5, 20)) == 1 then break end
    redis.call('LPOP', list)
    taken = taken + 1
  end
  if taken == 0 then return end
  redis.call('HINCRBY', P .. 'h', lane, taken)
  if redis.call('HINCRBY', P .. 'cx', lane, -taken) <= 0 then redis.call('HDEL', P .. 'cx', lane) end
end
