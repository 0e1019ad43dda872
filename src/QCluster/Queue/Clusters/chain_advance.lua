-- A step has ended in another queue. Safe to repeat.
-- KEYS[1]    chain
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    id of the chain (16 bytes)
-- ARGV[3]    step
-- ARGV[4]    state, a digit
-- ARGV[5]    id of the task (16 bytes)
-- ARGV[6]    its queue
-- ARGV[7]    milliseconds its record is kept
-- ARGV[8]    its record
-- returns    1
local P = ARGV[1]
--include chain
chain_step(ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[7]), ARGV[8], ARGV[8])
return 1
