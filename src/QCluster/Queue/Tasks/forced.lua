-- Runs one command of a cluster though Redis is full: see anyway.lua.
-- KEYS[1]    the command's key
-- ARGV[1]    the command
-- ARGV[2..]  what follows the key
-- returns    what the command returns
redis.call('DEL', KEYS[1] .. '!')
return redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2))
