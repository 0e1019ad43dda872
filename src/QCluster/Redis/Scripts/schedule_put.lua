-- Adds or replaces a schedule. Safe to repeat.
-- KEYS[1]    schedules: hash, name -> definition
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    name
-- ARGV[3]    definition
-- ARGV[4]    when it is due first, Unix ms
-- ARGV[5]    'add' = only if there is none of that name, 'set' = replace it, 'app' = replace it if it is another one
-- returns    1 = it is there, 0 = another one of that name is
-- sc  hash: name -> definition;  sd  sorted set: name -> when it is due next, Unix ms
-- sx:NAME  hash: runs, skipped, last (due time of the last slot), id (of its task), paused, error
local P, name, definition, mode = ARGV[1], ARGV[2], ARGV[3], ARGV[5]
local known = redis.call('HGET', KEYS[1], name)
if known == definition and mode ~= 'set' then return 1 end
if known and mode == 'add' then return 0 end
redis.call('HSET', KEYS[1], name, definition)
local paused = redis.call('HGET', P .. 'sx:' .. name, 'paused')
redis.call('DEL', P .. 'sx:' .. name)
if paused then
  redis.call('HSET', P .. 'sx:' .. name, 'paused', 1)
else
  redis.call('ZADD', P .. 'sd', ARGV[4], name)
end
redis.call('PUBLISH', P .. 'schedules', '1')
return 1
