-- Ends a chain of another queue: the records of its steps in this queue are released. Safe to repeat.
-- KEYS[1]    wholes that have ended
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    id of the chain (16 bytes)
-- returns    1
local P = ARGV[1]
--include held
end_whole(string.char(0) .. ARGV[2], 0)
return 1
