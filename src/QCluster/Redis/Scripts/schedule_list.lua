-- What schedules there are, and how they are doing.
-- KEYS[1]    schedules
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    name of the only one wanted, or ''
-- returns    for each nine items: name, definition, due (Unix ms) or '', runs, skipped, due time of the last slot or '', id of its task or '',
--            '1' if it is paused, what is wrong with it or ''
local P, result = ARGV[1], {}
local names = ARGV[2] ~= '' and { ARGV[2] } or redis.call('HKEYS', KEYS[1])
for _, name in ipairs(names) do
  local definition = redis.call('HGET', KEYS[1], name)
  if definition then
    local more = redis.call('HMGET', P .. 'sx:' .. name, 'runs', 'skipped', 'last', 'id', 'paused', 'error')
    for _, item in ipairs({ name, definition, redis.call('ZSCORE', P .. 'sd', name) or '', more[1] or '0', more[2] or '0', more[3] or '', more[4] or '', more[5] or '', more[6] or '' }) do
      result[#result + 1] = item
    end
  end
end
return result
