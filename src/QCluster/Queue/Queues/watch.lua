-- The descriptions of the live clusters of a queue, without those that the caller knows.
-- KEYS[1]    hash of the descriptions
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    the clusters whose running tasks are returned too: '*' all, '' none, or one cluster's id
-- ARGV[3..]  cluster, beat, cluster, beat...: the heartbeat of the description that the caller has
-- returns    for each cluster whose heartbeat has not expired: its id, its beat, and its description and the running tasks of this
--            queue, both nil if the caller has those of this beat
local P, known = ARGV[1], {}
for i = 3, #ARGV - 1, 2 do known[ARGV[i]] = ARGV[i + 1] end
local time = redis.call('TIME')
local now = string.format('(%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local result = {}
local beats = redis.call('ZRANGEBYSCORE', P .. 'c', now, '+inf', 'WITHSCORES')
for i = 1, #beats, 2 do
  local cluster, beat = beats[i], beats[i + 1]
  local is_new = known[cluster] ~= beat
  local wants_running = ARGV[2] == '*' or ARGV[2] == cluster
  result[#result + 1] = cluster
  result[#result + 1] = beat
  result[#result + 1] = is_new and redis.call('HGET', KEYS[1], cluster)
  result[#result + 1] = is_new and wants_running and redis.call('HGET', P .. 'cr', cluster)
end
return result
