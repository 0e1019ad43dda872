-- Included by scripts that end something that clients wait for; declares a local, returns nothing.
-- tell(waiters, message): publishes to each channel of a comma-separated list.
local function tell(channels, message)
  for channel in string.gmatch(channels, '[^,]+') do redis.call('PUBLISH', channel, message) end
end
