-- Included by scripts that enqueue follow-ups; declares locals, returns nothing.
-- push(priority, delay, element): enqueues the element, as enqueue.lua does; a known or finished id is not touched.
--include wake
local function push(priority, delay, element)
  local id = string.sub(element, 5, 20)
  if redis.call('EXISTS', P .. 'r:' .. id) == 1 then return end
  local bucket = P .. 's:' .. string.sub(id, 7, 15)
  if delay > 0 then
    if redis.call('HSETNX', bucket, id, 'd' .. priority) == 0 then return end
    local time = redis.call('TIME')
    local due = time[1] * 1000 + math.floor(time[2] / 1000) + delay
    redis.call('ZADD', P .. 'd', string.format('%.0f', due), id)
    redis.call('HSET', P .. 'de', id, element)
  else
    local seq = (tonumber(redis.call('HGET', P .. 'h', priority)) or 0) + redis.call('LLEN', P .. 'l:' .. priority)
    if redis.call('HSETNX', bucket, id, string.format('%d', seq) .. priority) == 0 then return end
    redis.call('RPUSH', P .. 'l:' .. priority, element)
  end
  wake(priority)
end
