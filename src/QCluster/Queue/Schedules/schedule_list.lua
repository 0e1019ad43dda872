-- The schedules, with their state.
-- KEYS[1]    schedules
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2..]  names of schedules; none = all
-- returns    { now by the clock of Redis (Unix ms), then ten items for each: name, definition, due (Unix ms) or '', runs, skipped, due time of the
--            last occurrence or '', id of its task or '', '1' if it is paused, its problem or '', the due time since which it is suspended or '' }
local P = ARGV[1]
local time = redis.call('TIME')
local result = { string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)) }
local names = #ARGV > 1 and { unpack(ARGV, 2) } or redis.call('HKEYS', KEYS[1])
for _, name in ipairs(names) do
  local definition = redis.call('HGET', KEYS[1], name)
  if definition then
    local more = redis.call('HMGET', P .. 'sx:' .. name, 'runs', 'skipped', 'last', 'id', 'paused', 'error', 'rests')
    for _, item in ipairs({ name, definition, redis.call('ZSCORE', P .. 'sd', name) or '', more[1] or '0', more[2] or '0', more[3] or '', more[4] or '', more[5] or '', more[6] or '', more[7] or '' }) do
      result[#result + 1] = item
    end
  end
end
return result
