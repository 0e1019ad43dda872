-- Included by scripts that make work; declares a local, returns nothing.
-- wake(): leaves the one token that a blocked pusher waits for, unless it is there already.
local function wake()
  if redis.call('LLEN', P .. 'wk') == 0 then redis.call('LPUSH', P .. 'wk', '1') end
end
