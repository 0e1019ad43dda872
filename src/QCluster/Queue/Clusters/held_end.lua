-- A chain that lives in another queue has ended: the records of its steps in this one are let go. Safe to repeat.
-- KEYS[1]    wholes that have ended
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    id of the chain (16 bytes)
-- returns    1
local P = ARGV[1]
--include held
end_whole(string.char(0) .. ARGV[2], 0)
return 1
