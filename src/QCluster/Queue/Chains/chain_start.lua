-- Starts a chain whose steps have been added. Safe to repeat.
-- KEYS[1]    chain
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    id of the chain (16 bytes)
-- ARGV[3]    number of its steps
-- ARGV[4]    '1' = continue after a failure
-- ARGV[5]    milliseconds to keep it after its end
-- ARGV[6]    label of its group
-- ARGV[7]    hook: priority digit and element, or ''
-- returns    1 = started, 0 = some of its steps are missing, or the reply of room.lua when there is no room for one more task
local P, chain, label = ARGV[1], ARGV[2], ARGV[6]
--include chain
--include room
if redis.call('EXISTS', KEYS[1]) == 1 then return 1 end
if redis.call('LLEN', P .. 'cl:' .. chain) ~= tonumber(ARGV[3]) then return 0 end
local limit = redis.call('HGET', P .. 'h', 'limit')
if limit then
  local room, length = room_of(tonumber(limit))
  if room < 1 then return refusal(length, tonumber(limit), 0) end
end
redis.call('HSET', KEYS[1], 'p', 0, 'n', ARGV[3], 'k', ARGV[5], 'g', label)
if ARGV[4] == '1' then redis.call('HSET', KEYS[1], 'c', 1) end
if ARGV[7] ~= '' then redis.call('HSET', KEYS[1], 'h', ARGV[7]) end
redis.call('PERSIST', P .. 'cl:' .. chain)
expect_members(label, ARGV[3])
redis.call('HSET', P .. 'gi:' .. label, 'c', chain)
chain_next(chain, nil)
return 1
