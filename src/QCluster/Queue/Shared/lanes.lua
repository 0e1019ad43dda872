-- Included by scripts that look at all lanes; declares a local, returns nothing.
-- each_lane(f): calls f with each lane that has tasks, and its length. An empty queue costs one command.
local LANES, lane_keys = '9876543210JIHGFEDCBA', {}
for lane in string.gmatch(LANES, '.') do lane_keys[#lane_keys + 1] = P .. 'l:' .. lane end

local function each_lane(f)
  if redis.call('EXISTS', unpack(lane_keys)) == 0 then return end
  for i, key in ipairs(lane_keys) do
    local length = redis.call('LLEN', key)
    if length > 0 then f(string.sub(LANES, i, i), length) end
  end
end
