-- The records of tasks, in parts: of large ones a reply has only the first, so that none outgrows what a connection or frame can carry.
-- KEYS[1]    list of the successes that are kept; only names the slot
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2..]  ids (16 bytes), at most 1000
-- returns    for each its record, or nil; at least for the first, and no more once there are MAX_BYTES
local MAX_BYTES = 8388608
local result, bytes = {}, 0
for i = 2, #ARGV do
  local record = redis.call('GET', ARGV[1] .. 'r:' .. ARGV[i])
  result[i - 1] = record
  bytes = bytes + (record and #record or 0)
  if bytes >= MAX_BYTES then break end
end
return result
