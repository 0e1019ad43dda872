-- Included by scripts that keep uncached records; declares locals, returns nothing.
-- save_uncached(id, ttl, state, limit, now, is_held): adds the id as the first of the uncached ones of its state, and drops the last ones:
-- those beyond the limit (0 = no limit) that are older than a minute, so that a client that enqueued many has time to look, and those
-- whose time-to-live has passed. now is in seconds. Dropping an entry of a held record keeps the record: it is added again when its whole
-- has ended.
local SURE_SECONDS, ENTRY_LENGTH = 60, 20

local function save_uncached(id, ttl, state, limit, now, is_held)
  local list = P .. 'sv:' .. state
  redis.call('LPUSH', list, id .. struct.pack('>I4', now) .. (is_held and 'h' or ''))
  if limit == 'db' then return end
  local most = tonumber(limit)
  local count = redis.call('LLEN', list)
  -- Drops two for each new one, so that a lowered limit is reached gradually.
  for _ = 1, 2 do
    local last = redis.call('LINDEX', list, -1)
    local age = now - struct.unpack('>I4', string.sub(last, 17))
    if not ((most > 0 and count > most and age >= SURE_SECONDS) or age * 1000 > ttl) then break end
    redis.call('RPOP', list)
    local victim = string.sub(last, 1, 16)
    if #last == ENTRY_LENGTH and (state ~= '4' or not redis.call('ZSCORE', P .. 'dl', victim)) then redis.call('DEL', P .. 'r:' .. victim) end
    count = count - 1
  end
end
