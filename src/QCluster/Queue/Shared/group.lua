-- Included by scripts that count members of groups; declares locals, returns nothing.
-- g:LABEL  list of the finished members: id (16 bytes), state (1 digit), queue if it differs
-- gi:LABEL hash: b callback that is enqueued once all members have ended (priority digit, element), t members enqueued, f finished without
--          success, k longest time to keep in ms, o open (more are being enqueued), c the chain it belongs to, w waiters
--          (need:channel:key, joined by ';'), y finished members when their records were released, z number of finished members of
--          earlier uses of the label: their records were released before the label was used again
-- Both live until the last member has ended, then as long as its longest-lived record.
--include tell
--include element
--include held
--include push
local function expect_members(label, count)
  redis.call('HINCRBY', P .. 'gi:' .. label, 't', count)
  redis.call('PERSIST', P .. 'gi:' .. label)
  redis.call('PERSIST', P .. 'g:' .. label)
  -- Used again in time: no record is released. Too late: the members so far belong to an earlier use.
  if redis.call('ZREM', P .. 'ge', label) == 0 then
    local released = redis.call('HGET', P .. 'gi:' .. label, 'y')
    if released then
      redis.call('HSET', P .. 'gi:' .. label, 'z', released)
      redis.call('HDEL', P .. 'gi:' .. label, 'y')
    end
  end
end

-- Whether the waits for this number end. The group of a chain is complete when its chain has ended, for any number.
local function group_is_enough(need, finished, total, open, chain)
  local all = total > 0 and finished >= total and not open
  if need == 'a' then return all end
  return finished >= tonumber(need) or (chain and all)
end

-- After a change: notifies the waiters whose need is met, and lets the keys expire once all members have ended.
local function settle_group(label)
  local key = P .. 'gi:' .. label
  local finished = redis.call('LLEN', P .. 'g:' .. label)
  local info = redis.call('HMGET', key, 't', 'o', 'c', 'w', 'k')
  local total, open, chain = tonumber(info[1]) or 0, info[2], info[3]
  if info[4] then
    local left = {}
    for waiter in string.gmatch(info[4], '[^;]+') do
      local need, channel, waits_for = string.match(waiter, '^(.-):(.*):(%x+)$')
      if group_is_enough(need, finished, total, open, chain) then
        tell(channel, (string.gsub(waits_for, '%x%x', function(hex) return string.char(tonumber(hex, 16)) end)))
      else
        left[#left + 1] = waiter
      end
    end
    if #left > 0 then redis.call('HSET', key, 'w', table.concat(left, ';')) else redis.call('HDEL', key, 'w') end
  end
  if finished >= total then
    -- Once: the script that ends the last member enqueues it and removes the field.
    local callback = not open and redis.call('HGET', key, 'b')
    if callback then
      redis.call('HDEL', key, 'b')
      push(string.sub(callback, 1, 1), 0, string.sub(callback, 2))
    end
    -- The client that adds members may have died before it closed the group.
    local keep = open and 86400000 or info[5] or 120000
    redis.call('PEXPIRE', key, keep)
    redis.call('PEXPIRE', P .. 'g:' .. label, keep)
    if not open then end_whole(label, tonumber(keep)) end
  end
end

local function join_group(label, id, state, queue, keep)
  local key = P .. 'gi:' .. label
  redis.call('RPUSH', P .. 'g:' .. label, id .. state .. queue)
  if state ~= '3' then redis.call('HINCRBY', key, 'f', 1) end
  local longest = tonumber(redis.call('HGET', key, 'k'))
  if not longest or longest < keep then redis.call('HSET', key, 'k', string.format('%.0f', keep)) end
  settle_group(label)
end
