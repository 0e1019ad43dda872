-- Included by scripts that count; declares locals, returns nothing.
-- in_flight(registrations): number of tasks that workers have. unfinished(registrations): number of tasks that have not ended.
--include lanes
local function in_flight(registrations)
  local count = 0
  for _, incarnation in ipairs(redis.call('HKEYS', registrations)) do count = count + redis.call('HLEN', P .. 'f:' .. incarnation) end
  return count
end

local function unfinished(registrations)
  local count = in_flight(registrations) + redis.call('LLEN', P .. 'nv') + redis.call('ZCARD', P .. 'd') + redis.call('HLEN', P .. 'pe')
  each_lane(function(_, length) count = count + length end)
  -- Cancelled tasks stay in their lists until CLAIM reaches them.
  for _, cancelled in ipairs(redis.call('HVALS', P .. 'cx')) do count = count - cancelled end
  return count
end
