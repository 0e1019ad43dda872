-- Releases the records whose whole has ended: their own time-to-live begins. Safe to repeat, by several monitors too.
-- KEYS[1]    wholes that have ended
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    maximum number of records at a time
-- returns    number of released records; the maximum if there may be more
local P, most = ARGV[1], tonumber(ARGV[2])
--include uncached
--include pop
local time = redis.call('TIME')
local seconds = tonumber(time[1])
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local limit = redis.call('HGET', P .. 'cf', 'save_limit') or '250'

local function let_go_of(entry)
  local id, state, ttl = string.sub(entry, 1, 16), string.sub(entry, 17, 17), struct.unpack('>d', string.sub(entry, 18))
  local kept = redis.call('PEXPIRE', P .. 'r:' .. id, string.format('%.0f', math.abs(ttl)))
  if ttl < 0 and kept == 1 then
    if limit == 'db' then redis.call('PERSIST', P .. 'r:' .. id) end
    save_uncached(id, -ttl, state, limit, seconds)
  end
end

-- True if a whole was due.
local function take_whole()
  local name = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)[1]
  if not name then return false end
  redis.call('ZREM', KEYS[1], name)
  if redis.call('EXISTS', P .. 'gh:' .. name) == 1 then redis.call('RENAME', P .. 'gh:' .. name, P .. 'gr') end
  if redis.call('EXISTS', P .. 'gi:' .. name) == 1 then redis.call('HSET', P .. 'gi:' .. name, 'y', redis.call('LLEN', P .. 'g:' .. name)) end
  return true
end

local done = 0
while done < most do
  local entries = pop(P .. 'gr', most - done)
  if entries and #entries > 0 then
    for _, entry in ipairs(entries) do let_go_of(entry) end
    done = done + #entries
  elseif take_whole() then
    done = done + 1
  else
    return done
  end
end
return most
