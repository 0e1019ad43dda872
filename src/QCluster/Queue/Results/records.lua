-- The records of tasks, in parts: a reply has only the first of many large ones, so that none is too large for a connection or a frame.
-- KEYS[1]    list of the successes that are kept; only determines the slot of Redis Cluster
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2..]  ids (16 bytes), at most 1000
-- returns    for each id its record, or nil; at least for the first id, and for no further one beyond MAX_BYTES
local MAX_BYTES = 8388608
local result, bytes = {}, 0
for i = 2, #ARGV do
  local record = redis.call('GET', ARGV[1] .. 'r:' .. ARGV[i])
  result[i - 1] = record
  bytes = bytes + (record and #record or 0)
  if bytes >= MAX_BYTES then break end
end
return result
