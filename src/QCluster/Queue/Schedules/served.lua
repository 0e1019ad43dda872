-- Tells for each function whether a live cluster of this queue may run it.
-- KEYS[1]    heartbeats
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2..]  names of functions
-- returns    for each '1' or '0'; a starting cluster that has not announced its functions yet counts
local P, result = ARGV[1], {}
--include clusters
local clusters = live_clusters()
for i = 2, #ARGV do result[#result + 1] = may_run(clusters, ARGV[i]) == 'no' and '0' or '1' end
return result
