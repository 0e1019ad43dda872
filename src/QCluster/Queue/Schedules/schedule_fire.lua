-- Fires one occurrence of a schedule, or skips it. An occurrence belongs to the one caller that advances the due time.
-- KEYS[1]    schedules by their due time
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    name
-- ARGV[3]    the due time it is expected to have, Unix ms
-- ARGV[4]    its next due time; 'over' if it has ended and is kept; 'gone' if it is removed with its last occurrence
-- ARGV[5]    priority digit and element of the task; '' = skip the occurrence
-- ARGV[6]    the occurrence's due time, Unix ms: later than the expected one if some are skipped
-- ARGV[7]    'skip' = not while the task of the previous occurrence is unfinished
-- ARGV[8]    the same as ARGV[4], if this occurrence is not fired
-- ARGV[9]    name of its periodic task class: the schedule is suspended while no live cluster has the class, and waits for a starting
--            cluster to announce its functions; '' = a call added it
-- ARGV[10]   maximum number of missed occurrences that are fired before the first of them has ended; '' = not missed
-- returns    1 = fired, 2 = skipped, 3 = suspended from now on, 4 = not yet, 0 = another monitor fired it, or it has changed
local P, name, due = ARGV[1], ARGV[2], redis.call('ZSCORE', KEYS[1], ARGV[2])
--include announce
--include push
--include clusters
if not due or tonumber(due) ~= tonumber(ARGV[3]) then return 0 end
local key, result = P .. 'sx:' .. name, 2
local function unfinished(id) return id and redis.call('HEXISTS', P .. 's:' .. string.sub(id, 7, 15), id) == 1 end
local served = ARGV[9] == '' and 'yes' or may_run(live_clusters(), ARGV[9])
if served == 'maybe' then return 4 end
if served == 'no' then
  redis.call('ZREM', KEYS[1], name)
  redis.call('HSET', key, 'rests', due)
  return 3
end

local wanted = ARGV[5] ~= ''
local skips = wanted and ARGV[7] == 'skip' and unfinished(redis.call('HGET', key, 'id'))
local element = string.sub(ARGV[5], 2)
if wanted and not skips then
  if ARGV[10] == '' then
    redis.call('HDEL', key, 'ahead', 'mark')
  else
    local known = redis.call('HMGET', key, 'ahead', 'mark')
    local ahead = tonumber(known[1] or '0')
    if ahead >= tonumber(ARGV[10]) and unfinished(known[2]) then return 4 end
    if ahead == 0 or ahead >= tonumber(ARGV[10]) then
      redis.call('HSET', key, 'ahead', 1, 'mark', string.sub(element, 5, 20))
    else
      redis.call('HINCRBY', key, 'ahead', 1)
    end
  end
end

local next_due = (skips or not wanted) and ARGV[8] or ARGV[4]
if next_due == 'over' or next_due == 'gone' then redis.call('ZREM', KEYS[1], name) else redis.call('ZADD', KEYS[1], next_due, name) end
redis.call('HDEL', key, 'error')
if skips then
  redis.call('HINCRBY', key, 'skipped', 1)
elseif wanted then
  announce({ element })
  push(string.sub(ARGV[5], 1, 1), 0, element)
  redis.call('HINCRBY', key, 'runs', 1)
  redis.call('HSET', key, 'last', ARGV[6], 'id', string.sub(element, 5, 20))
  result = 1
end
if next_due == 'gone' then
  redis.call('HDEL', P .. 'sc', name)
  redis.call('DEL', key)
end
return result
