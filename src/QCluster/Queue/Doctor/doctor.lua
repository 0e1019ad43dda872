-- Checks one thing in a queue, and mends it if asked to.
-- KEYS[1]    registrations of worker incarnations
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    its kind: 's' id of a state, 'e' element of a list, 'd' id in the delayed set, 'D' id of a delayed element,
--            'f' incarnation of an in-flight hash, 'c' cluster of a set of cancels, 'q' id with a requested cancel, 'w' id that clients
--            wait for, 'r' id of a record, 'p' id of a parked element, 'k' key of a concurrency limit, 'g' gate with parked tasks
-- ARGV[3]    the thing
-- ARGV[4]    '1' to mend
-- ARGV[5]    for 'e': the suffix of the list's key
-- returns    nil without a problem, else a word for it
local P, kind, thing, mend = ARGV[1], ARGV[2], ARGV[3], ARGV[4] == '1'
--include find
--include waiting
local function bucket_of(id) return P .. 's:' .. string.sub(id, 7, 15) end
local function state_of(id) return redis.call('HGET', bucket_of(id), id) end
local function has_record(id) return redis.call('EXISTS', P .. 'r:' .. id) == 1 end
local function forget(id)
  if not mend then return end
  redis.call('HDEL', bucket_of(id), id)
  redis.call('HDEL', P .. 'wt', id)
end

local function stands_in(list, id)
  for from = 0, redis.call('LLEN', list) - 1, 500 do
    for _, element in ipairs(redis.call('LRANGE', list, from, from + 499)) do
      if string.sub(element, 5, 20) == id then return true end
    end
  end
end

local checks = {}

function checks.s(id)
  local state = state_of(id)
  if not state then return nil end
  if string.sub(state, 1, 1) == 'd' then
    if redis.call('ZSCORE', P .. 'd', id) and redis.call('HEXISTS', P .. 'de', id) == 1 then return nil end
  elseif string.sub(state, 1, 1) == 'p' then
    if redis.call('HEXISTS', P .. 'pe', id) == 1 then return nil end
  else
    local attempt, _, priority = parse_state(state)
    if not attempt then
      forget(id)
      return 'bad state'
    end
    if find_waiting(id, state) or find_in_flight(id, state) or stands_in(P .. 'nv', id) then return nil end
    if priority and stands_in(P .. 'l:' .. priority, id) then return 'wrong place' end
  end
  forget(id)
  return has_record(id) and 'finished and unfinished' or 'state without task'
end

function checks.e(element)
  local list = P .. ARGV[5]
  local id = string.sub(element, 5, 20)
  local priority = string.match(ARGV[5], '^l:([%dA-J])$')
  if #element <= 20 or state_of(id) or (priority and tonumber(redis.call('HGET', P .. 'cx', priority) or '0') > 0) then return nil end
  local place = redis.call('LPOS', list, element)
  if not place then return nil end
  if has_record(id) then
    if mend and priority then redis.call('HINCRBY', P .. 'cx', priority, 1) elseif mend then redis.call('LREM', list, 1, element) end
    return 'finished and waiting'
  end
  if mend then
    local high, low = string.byte(element, 3, 4)
    local attempt = high * 256 + low
    local seq = (tonumber(redis.call('HGET', P .. 'h', priority or '5')) or 0) + place
    redis.call('HSET', bucket_of(id), id, waiting_state(attempt, seq, priority or '5'))
  end
  return 'task without state'
end

function checks.d(id)
  if not redis.call('ZSCORE', P .. 'd', id) or redis.call('HEXISTS', P .. 'de', id) == 1 then return nil end
  if mend then redis.call('ZREM', P .. 'd', id) end
  forget(id)
  return 'delayed without task'
end

function checks.D(id)
  if redis.call('HEXISTS', P .. 'de', id) == 0 or redis.call('ZSCORE', P .. 'd', id) then return nil end
  if mend then redis.call('ZADD', P .. 'd', redis.call('TIME')[1] * 1000, id) end
  return 'delayed without time'
end

function checks.f(incarnation)
  if redis.call('HEXISTS', KEYS[1], incarnation) == 1 or redis.call('EXISTS', P .. 'f:' .. incarnation) == 0 then return nil end
  -- A mark of a cluster that does not exist: the next check for orphans reclaims it.
  if mend then redis.call('HSET', KEYS[1], incarnation, '!:doctor') end
  return 'in flight for nobody'
end

function checks.c(cluster)
  if redis.call('ZSCORE', P .. 'c', cluster) or redis.call('EXISTS', P .. 'cn:' .. cluster) == 0 then return nil end
  if mend then redis.call('DEL', P .. 'cn:' .. cluster) end
  return 'cancels for nobody'
end

function checks.q(id)
  if state_of(id) or redis.call('HEXISTS', P .. 'cq', id) == 0 then return nil end
  if mend then redis.call('HDEL', P .. 'cq', id) end
  return 'cancel of nothing'
end

function checks.w(id)
  if state_of(id) or redis.call('HEXISTS', P .. 'wt', id) == 0 then return nil end
  if mend then redis.call('HDEL', P .. 'wt', id) end
  return 'wait for nothing'
end

function checks.r(id)
  if redis.call('PTTL', P .. 'r:' .. id) ~= -1 or redis.call('HGET', P .. 'cf', 'save_limit') == 'db' then return nil end
  if mend then redis.call('PEXPIRE', P .. 'r:' .. id, 86400000) end
  return 'record for ever'
end

function checks.p(id)
  if redis.call('HEXISTS', P .. 'pe', id) == 0 or state_of(id) then return nil end
  if mend then redis.call('HDEL', P .. 'pe', id) end
  return has_record(id) and 'finished and waiting' or 'task without state'
end

function checks.k(key)
  local lost
  for _, id in ipairs(redis.call('SMEMBERS', P .. 'lc:' .. key)) do
    local state = state_of(id)
    if not (state and string.sub(state, 1, 1) ~= 'd' and string.sub(state, 1, 1) ~= 'p' and find_in_flight(id, state)) then
      lost = 'permit without task'
      if mend then
        redis.call('SREM', P .. 'lc:' .. key, id)
        if redis.call('ZSCORE', P .. 'pk', 'k' .. key) then redis.call('ZADD', P .. 'pk', 0, 'k' .. key) end
      end
    end
  end
  return lost
end

function checks.g(gate)
  if redis.call('ZSCORE', P .. 'pk', gate) then return nil end
  for lane in string.gmatch('0123456789ABCDEFGHIJ', '.') do
    if redis.call('EXISTS', P .. 'p:' .. lane .. gate) == 1 then
      if mend then redis.call('ZADD', P .. 'pk', 0, gate) end
      return 'parked for good'
    end
  end
end

return checks[kind](thing)
