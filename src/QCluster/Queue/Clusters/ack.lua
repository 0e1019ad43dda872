-- ACK: ends tasks of one worker incarnation with their outcomes. Each end first removes the attempt from the in-flight
-- hash. If it was not there, nothing else happens.
-- KEYS[1]    in-flight hash of the incarnation
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    incarnation
-- ARGV[3..]  groups of equal outcomes: milliseconds to keep the record (0 = not at all, below 0 = as an uncached one), kind, number of
--            outcomes, then for each: attempt key (18 bytes), outcome. Kinds:
--            3 succeeded; 4 failed; 5 cancelled; 7 failed and dead-lettered;
--            6 failed, with a retry after the given milliseconds;
--            8 not started, because its function has limits: the outcome is their items;
--            9 not started, because its worker does not know its function: the name, after its length (big-endian 32 bits), precedes the
--              outcome. The task waits if another live cluster has the function, or is starting and has not announced its
--              functions yet; otherwise it fails.
-- returns    a character for each outcome: 1 = saved, 2 = left to another cluster, 0 = saved before (a lost reply), - = fenced
local P = ARGV[1]
--include finish
--include requeue
local COUNTERS = { ['3'] = 'succeeded', ['4'] = 'failed', ['5'] = 'cancelled', ['7'] = 'failed', ['9'] = 'failed' }
local UNKNOWN_PAUSE = 1000
local fields, count = {}, 0
local i = 3
while i <= #ARGV do
  local members = tonumber(ARGV[i + 2])
  for k = 1, members do fields[count + k] = ARGV[i + 1 + 2 * k] end
  count = count + members
  i = i + 3 + 2 * members
end
local elements = redis.call('HMGET', KEYS[1], unpack(fields))
local registration = redis.call('HGET', P .. 'w', ARGV[2])
-- During a rollout one cluster may have a function that another one does not have. New clients may run before the new cluster: a
-- cluster that is starting and has not announced its functions yet may have any.
local others
local function is_known_elsewhere(func)
  if not others then
    others = {}
    local own, time = registration and string.match(registration, ':(.*)$'), redis.call('TIME')
    for _, cluster in ipairs(redis.call('ZRANGEBYSCORE', P .. 'c', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)), '+inf')) do
      if cluster ~= own then others[#others + 1] = cluster end
    end
  end
  for _, cluster in ipairs(others) do
    if redis.call('SISMEMBER', P .. 'fn:' .. cluster, func) == 1 or redis.call('EXISTS', P .. 'fs:' .. cluster) == 1 then return true end
  end
  return false
end

local absent = (registration and string.byte(registration) ~= 33) and '0' or '-'

-- The usual case: all attempts are there, and none is named twice in this call, so one command removes them.
local whole, seen = true, {}
for k, element in ipairs(elements) do
  if not element or seen[fields[k]] then
    whole = false
    break
  end
  seen[fields[k]] = true
end
if whole then redis.call('HDEL', KEYS[1], unpack(fields)) end

local result, k = {}, 0
i = 3
while i <= #ARGV do
  local keep, kind, members, saved = tonumber(ARGV[i]), ARGV[i + 1], tonumber(ARGV[i + 2]), 0
  local dead, goes_on = kind == '7', kind == '6' or kind == '8'
  local state = (dead or kind == '9') and '4' or kind
  for at = i + 3, i + 1 + 2 * members, 2 do
    k = k + 1
    local element = elements[k]
    if element and (whole or redis.call('HDEL', KEYS[1], fields[k]) == 1) then
      local outcome, func = ARGV[at + 1], nil
      if kind == '9' then
        local length = struct.unpack('>I4', outcome)
        func, outcome = sub(outcome, 5, 4 + length), sub(outcome, 5 + length)
      end
      local passed_on = func and is_known_elsewhere(func)
      if passed_on then
        put_off(element, UNKNOWN_PAUSE)
      elseif not goes_on then
        finish(sub(fields[k], 3), outcome, element, keep, state, dead)
        saved = saved + 1
      elseif kind == '6' then
        try_again(element, ARGV[at + 1], keep)
      else
        requeue(limit(element, ARGV[at + 1]))
      end
      result[k] = passed_on and '2' or '1'
    else
      result[k] = absent
    end
  end
  if saved > 0 then redis.call('HINCRBY', P .. 'st', COUNTERS[kind], saved) end
  i = i + 3 + 2 * members
end
forget_states()
return table.concat(result)
