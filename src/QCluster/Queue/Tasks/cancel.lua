-- Cancels a task: at once if it waits or its worker is dead, through the cluster if a live worker has it.
-- KEYS[1]    record of the task
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    id (16 bytes)
-- ARGV[3]    the outcome of the cancelled task
-- ARGV[4]    milliseconds to keep the record
-- returns    'cancelled' (also if this same outcome was saved before: a lost reply), 'requested' (a worker has it),
--            'finished' or 'unknown'
local P, id = ARGV[1], ARGV[2]
--include finish
--include find
--include trim
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('GETRANGE', KEYS[1], 0, #ARGV[3] - 1) == ARGV[3] and 'cancelled' or 'finished'
end
local state = redis.call('HGET', P .. 's:' .. string.sub(id, 7, 15), id)
if not state then return 'unknown' end

local function cancelled(element)
  finish(id, ARGV[3], element, tonumber(ARGV[4]), '5')
  forget_states()
  redis.call('HINCRBY', P .. 'st', 'cancelled', 1)
  return 'cancelled'
end

if string.sub(state, 1, 1) == 'd' then
  local element = redis.call('HGET', P .. 'de', id)
  redis.call('ZREM', P .. 'd', id)
  redis.call('HDEL', P .. 'de', id)
  return cancelled(element)
end

if string.sub(state, 1, 1) == 'p' then
  -- Its id stays parked; without an element it is skipped.
  local element = redis.call('HGET', P .. 'pe', id)
  redis.call('HDEL', P .. 'pe', id)
  return cancelled(element)
end

local _, priority, waiting = find_waiting(id, state)
if waiting then
  -- The element stays in its list unless it is at the head; without a state CLAIM skips it. The counter makes CLAIM check.
  redis.call('HINCRBY', P .. 'cx', priority, 1)
  cancelled(waiting)
  trim(priority)
  return 'cancelled'
end

local incarnation, registration, field = find_in_flight(id, state)
if incarnation then
  local fence, cluster = string.match(registration, '^(.-):(.*)$')
  if fence == '!' or not redis.call('ZSCORE', P .. 'c', cluster) then
    -- The worker is dead, or declared dead: no process can stop the task.
    local inflight = P .. 'f:' .. incarnation
    local element = redis.call('HGET', inflight, field)
    redis.call('HDEL', inflight, field)
    return cancelled(element)
  end
  redis.call('SADD', P .. 'cn:' .. cluster, id)
  -- If the task returns unfinished from its worker, it ends with this outcome.
  redis.call('HSET', P .. 'cq', id, struct.pack('>d', tonumber(ARGV[4])) .. ARGV[3])
  redis.call('PUBLISH', P .. 'cancel:' .. cluster, id)
  return 'requested'
end

for _, element in ipairs(redis.call('LRANGE', P .. 'nv', 0, 999)) do
  if string.sub(element, 5, 20) == id then
    redis.call('LREM', P .. 'nv', 1, element)
    return cancelled(element)
  end
end
return 'unknown'
