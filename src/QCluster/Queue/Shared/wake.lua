-- Included by scripts that add tasks; declares locals, returns nothing.
-- A lane is the list where a task waits: the digit of its priority, or a letter A to J for an isolated task of priority 0 to 9.
-- class_of(lane): its class, which decides which workers have room for it: l low (0-2), n normal (3-5), h high (6-8), c critical (9), i isolated.
-- wake(lane): leaves the token for which a pusher with room for the lane's class waits, unless there is one.
local CLASSES = 'lllnnnhhhc'
local woken = {}
local function class_of(lane)
  local at = string.byte(lane) - 47
  return at > 10 and 'i' or string.sub(CLASSES, at, at)
end

local function wake(lane)
  local class = class_of(lane)
  if woken[class] then return end
  woken[class] = true
  local token = P .. 'wk' .. class
  if redis.call('LLEN', token) == 0 then redis.call('LPUSH', token, '1') end
end
