-- Included by scripts that make work; declares locals, returns nothing.
-- A lane is the list a task waits in: the digit of its priority, or for a task that gets a worker process to itself the letter A to J.
-- class_of(lane): what decides which workers have room for it: l low (0-2), n normal (3-5), h high (6-8), c critical (9), i isolated.
-- wake(lane): leaves the token that a pusher with room for the lane's class waits for, unless it is there already.
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
