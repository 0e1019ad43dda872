-- Adds a part of a chain's steps. Safe to repeat.
-- KEYS[1]    chain
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    id of the chain (16 bytes)
-- ARGV[3]    number of steps added before
-- ARGV[4..]  entries: see chain.lua
-- returns    number of steps now; -1 when the chain has been started
local list = ARGV[1] .. 'cl:' .. ARGV[2]
if redis.call('EXISTS', KEYS[1]) == 1 then return -1 end
local length = redis.call('LLEN', list)
if length == tonumber(ARGV[3]) then
  for i = 4, #ARGV do redis.call('RPUSH', list, ARGV[i]) end
  length = length + #ARGV - 3
  -- The steps expire if the client dies before it starts the chain.
  redis.call('PEXPIRE', list, 600000)
end
return length
