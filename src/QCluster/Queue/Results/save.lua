-- Ends a task that never was in a queue, because its caller ran it. Safe to repeat.
-- KEYS[1]    record
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    element
-- ARGV[3]    outcome
-- ARGV[4]    milliseconds to keep the record, as in finish.lua
-- ARGV[5]    state digit, or 7 = failed and dead-lettered
-- ARGV[6..]  the outcomes of the previous attempts
-- returns    1
local P = ARGV[1]
--include announce
--include finish
if redis.call('EXISTS', KEYS[1]) == 1 then return 1 end
announce({ ARGV[2] })
local element = ARGV[2]
for i = 6, #ARGV do element = (next_attempt(remember(element, ARGV[i]))) end
finish(string.sub(element, 5, 20), ARGV[3], element, tonumber(ARGV[4]), ARGV[5] == '7' and '4' or ARGV[5], ARGV[5] == '7')
forget_states()
redis.call('HINCRBY', P .. 'st', ARGV[5] == '3' and 'succeeded' or 'failed', 1)
return 1
