-- Starts a new epoch between the pusher and one worker: a late CLAIM of an older epoch is refused.
-- KEYS[1]    registrations of worker incarnations
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    incarnation
-- ARGV[3..]  attempt keys (18 bytes) that the worker holds
-- returns    { the new registration, the tasks in flight that the worker does not hold, as strings like those of CLAIM };
--            nil if the incarnation is not registered or is fenced
local P = ARGV[1]
--include waiting
local CLASS_MARKS = { l = 0, n = 1, h = 2, c = 3 }
local registration = redis.call('HGET', KEYS[1], ARGV[2])
if not registration then return false end
local epoch, cluster = string.match(registration, '^(%d+):(.*)$')
if not epoch then return false end
--include anyway
registration = string.format('%.0f', epoch + 1) .. ':' .. cluster
redis.call('HSET', KEYS[1], ARGV[2], registration)

local held = {}
for i = 3, #ARGV do held[ARGV[i]] = true end
local out = {}
for _, element in ipairs(redis.call('HVALS', ARGV[1] .. 'f:' .. ARGV[2])) do
  if not held[string.sub(element, 3, 20)] then
    local class = CLASS_MARKS[class_of(priority_of(string.sub(element, 5, 20)))] or 1
    out[#out + 1] = struct.pack('>I4', class * 1073741824 + #element)
    out[#out + 1] = element
  end
end
return { registration, out }
