-- Included by scripts that end a task; declares locals, returns nothing.
-- finish(id, outcome, element, ttl): the one place where a task reaches its final state. Keeps the record for ttl
-- milliseconds (0 = only an empty mark, so that an enqueue repeated after a lost reply still finds the task was here),
-- forgets the state, and wakes exactly the clients that wait for this id. The caller has just taken the task out of the
-- list, set or hash that owned it, in this same script.
local DEDUPLICATION_WINDOW = 120000
local has_waiters = nil

local function finish(id, outcome, element, ttl)
  local record = outcome .. (element or '')
  if ttl > 0 then
    redis.call('SET', P .. 'r:' .. id, record, 'PX', ttl)
  else
    redis.call('SET', P .. 'r:' .. id, '', 'PX', DEDUPLICATION_WINDOW)
  end
  redis.call('HDEL', P .. 's:' .. string.sub(id, 7, 15), id)
  if has_waiters == nil then has_waiters = redis.call('EXISTS', P .. 'wt') == 1 end
  if has_waiters then
    local channels = redis.call('HGET', P .. 'wt', id)
    if channels then
      redis.call('HDEL', P .. 'wt', id)
      for channel in string.gmatch(channels, '[^,]+') do redis.call('PUBLISH', channel, id .. record) end
    end
  end
end
