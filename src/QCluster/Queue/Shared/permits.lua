-- Included by scripts that end a task's attempt; declares locals, returns nothing. Limits are explained in limits.lua.
-- let_go(element): releases the permit of an attempt, so that a parked task can start.
--include element
--include wake
local function let_go(element)
  if string.byte(element) < LIMITED or not has_follows(element) then return end
  local concurrency = follows_of(element).k
  if not concurrency then return end
  local key = string.match(concurrency, '^%d+:(.*)$')
  if redis.call('SREM', P .. 'lc:' .. key, string.sub(element, 5, 20)) == 1 and redis.call('ZSCORE', P .. 'pk', 'k' .. key) then
    redis.call('ZADD', P .. 'pk', 0, 'k' .. key)
    -- The lane of the next parked task is not known here.
    wake('5')
    wake('9')
    wake('A')
  end
end
