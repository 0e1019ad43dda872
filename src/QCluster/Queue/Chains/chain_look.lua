-- The progress of a chain.
-- KEYS[1]    chain; without an id only the slot of Redis Cluster counts
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    id of the chain (16 bytes), or '' to ask for the last chain of a group
-- ARGV[3]    label of the group
-- ARGV[4]    channel on which to notify the caller when the chain ends, or '' to only look
-- ARGV[5]    16 bytes; not used
-- returns    { 1 = ended, 1 = known, id, steps finished, steps, state digit or '', id and queue of the running step or '', group }
local P, chain, key = ARGV[1], ARGV[2], KEYS[1]
if chain == '' then
  chain = redis.call('HGET', P .. 'gi:' .. ARGV[3], 'c')
  if not chain then return { 0, 0 } end
  key = P .. 'ch:' .. chain
end
local info = redis.call('HMGET', key, 'p', 'n', 'e', 'q', 'g', 'w')
if not info[1] then return { 0, 0 } end
if not info[3] and ARGV[4] ~= '' then
  if not info[6] then
    redis.call('HSET', key, 'w', ARGV[4])
  elseif not string.find(',' .. info[6] .. ',', ',' .. ARGV[4] .. ',', 1, true) then
    redis.call('HSET', key, 'w', info[6] .. ',' .. ARGV[4])
  end
end
return { info[3] and 1 or 0, 1, chain, tonumber(info[1]), tonumber(info[2]), info[3] or '', info[4] or '', info[5] }
