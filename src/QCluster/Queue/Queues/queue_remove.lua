-- Removes an unused queue: counters, settings, marks, tokens, the lists of its last tasks. Their records expire by their own
-- time-to-live. Safe to repeat.
-- KEYS[1]    heartbeats
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    '1' = only look
-- returns    1 removed, 2 it has unfinished or dead-lettered tasks, 3 a live cluster serves it, 4 it has schedules, 5 records wait for the
--            database
local P = ARGV[1]
--include counts
--include clusters
if #live_clusters() > 0 then return 3 end
if unfinished(P .. 'w') > 0 or redis.call('EXISTS', P .. 'o', P .. 'dl') > 0 then return 2 end
if redis.call('EXISTS', P .. 'sd', P .. 'sc') > 0 then return 4 end
if redis.call('HGET', P .. 'cf', 'save_limit') == 'db' and redis.call('EXISTS', P .. 'sv:3', P .. 'sv:4', P .. 'sv:5') > 0 then return 5 end
if ARGV[2] == '1' then return 1 end
for _, cluster in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('DEL', P .. 'fn:' .. cluster, P .. 'cn:' .. cluster) end
for _, lane in ipairs(lane_keys) do redis.call('DEL', lane) end
for _, class in ipairs({ 'l', 'n', 'h', 'c', 'i' }) do redis.call('DEL', P .. 'wk' .. class) end
for _, key in ipairs({ 'h', 'st', 'cf', 'bad', 'em', 'pz', 'hs', 'ow', 'ls', 'cx', 'cq', 'w', 'c', 'ci', 'cc', 'cr', 'sv:3', 'sv:4', 'sv:5' }) do
  redis.call('DEL', P .. key)
end
return 1
