-- Adds a schedule, or replaces the one that was seen. Its counters, its last task and a pause stay. Safe to repeat.
-- KEYS[1]    schedules: hash, name -> definition
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    name
-- ARGV[3]    definition
-- ARGV[4]    its next due time, Unix ms; 'keep' = unchanged; 'over' = never again
-- ARGV[5]    the definition that was seen, '' = none
-- ARGV[6..]  fields of sx and their values, for a schedule that moves from another queue
-- returns    1 = the schedule is there, 0 = it has changed since it was seen: look again
-- sc  hash: name -> definition;  sd  sorted set: name -> next due time, Unix ms
-- sx:NAME  hash: runs, skipped, last (due time of the last occurrence), id (of its task), paused, rests (the due time since which it is
--          suspended, because no cluster has its class), error, ahead and mark (number of missed occurrences fired since the one with this id)
local P, name, key = ARGV[1], ARGV[2], ARGV[1] .. 'sx:' .. ARGV[2]
local known = redis.call('HGET', KEYS[1], name) or ''
local function go_on()
  local due = redis.call('HGET', key, 'rests')
  if not due then return end
  redis.call('HDEL', key, 'rests', 'error')
  redis.call('ZADD', P .. 'sd', due, name)
  redis.call('PUBLISH', P .. 'schedules', '1')
end
if known == ARGV[3] then
  go_on()
  return 1
end
if known ~= ARGV[5] then return 0 end
redis.call('HSET', KEYS[1], name, ARGV[3])
redis.call('HDEL', key, 'error')
if #ARGV > 5 then redis.call('HSET', key, unpack(ARGV, 6)) end
if ARGV[4] == 'keep' then
  go_on()
else
  redis.call('HDEL', key, 'rests')
  if ARGV[4] == 'over' then
    redis.call('ZREM', P .. 'sd', name)
  elseif redis.call('HEXISTS', key, 'paused') == 0 then
    redis.call('ZADD', P .. 'sd', ARGV[4], name)
  end
end
redis.call('PUBLISH', P .. 'schedules', '1')
return 1
