-- Fires one slot of a schedule, or passes it over. A slot belongs to whoever moves the due time on from it: to one alone.
-- KEYS[1]    schedules by their due time
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    name
-- ARGV[3]    the due time it is expected to have, Unix ms
-- ARGV[4]    its next due time, 'over' when there is none and it stays known, or 'gone' when it is removed with its last slot
-- ARGV[5]    priority digit and element of the task; '' = pass the slot over
-- ARGV[6]    the slot's due time, Unix ms: later than the expected one when some are left out
-- ARGV[7]    'skip' = not while the task of the slot before is unfinished
-- ARGV[8]    what is wrong with it, or ''
-- ARGV[9]    its next due time if this slot is not fired, in the same words
-- returns    1 = fired, 2 = skipped, 0 = somebody else had it, or it has changed
local P, name, due = ARGV[1], ARGV[2], redis.call('ZSCORE', KEYS[1], ARGV[2])
--include announce
--include push
if not due or tonumber(due) ~= tonumber(ARGV[3]) then return 0 end
local key, result = P .. 'sx:' .. name, 2
local last = redis.call('HGET', key, 'id')
local skips = ARGV[7] == 'skip' and last and redis.call('HEXISTS', P .. 's:' .. string.sub(last, 7, 15), last) == 1
local next_due = (skips or ARGV[5] == '') and ARGV[9] or ARGV[4]
if next_due == 'over' or next_due == 'gone' then redis.call('ZREM', KEYS[1], name) else redis.call('ZADD', KEYS[1], next_due, name) end
if ARGV[8] == '' then redis.call('HDEL', key, 'error') else redis.call('HSET', key, 'error', ARGV[8]) end
if ARGV[5] ~= '' and not skips then
  local element = string.sub(ARGV[5], 2)
  announce({ element })
  push(string.sub(ARGV[5], 1, 1), 0, element)
  redis.call('HINCRBY', key, 'runs', 1)
  redis.call('HSET', key, 'last', ARGV[6], 'id', string.sub(element, 5, 20))
  result = 1
elseif ARGV[5] ~= '' then
  redis.call('HINCRBY', key, 'skipped', 1)
end
if next_due == 'gone' then
  redis.call('HDEL', P .. 'sc', name)
  redis.call('DEL', key)
end
return result
