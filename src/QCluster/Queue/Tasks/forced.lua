-- Runs one command of a cluster even if Redis is full: see anyway.lua.
-- KEYS[1]    the command's key
-- ARGV[1]    the command
-- ARGV[2..]  the arguments after the key
-- returns    the reply of the command
redis.call('DEL', KEYS[1] .. '!')
return redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2))
