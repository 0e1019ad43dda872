-- Included by scripts with which clients enqueue; needs P, declares locals, returns nothing. Without a limit it reads nothing. Follow-ups
-- of accepted tasks do not use it: they are never refused.
-- h          its field 'limit' is the maximum number of waiting tasks, delayed ones included (setting queue_limit); missing: no limit
-- mode_of(text): the room that a call needs, the number of its tasks, and the rest of the text. 'a', number, ';' = room for all of
--            them; 'x;' = no room; neither = these tasks come from several calls, and each needs room by itself.
-- room_of(limit): the number of further tasks that may wait, and of those that wait.
-- refuse(limit, total, from): nothing if ARGV[from..] may be enqueued. Else leaves the tasks in ARGV for which there is room, and
--            returns the reply and their number. Known tasks need no room: a repeated call is not refused.
-- refusal(length, limit, admitted): the reply: 'q', then each number in 8 hexadecimal digits.
local function mode_of(text)
  local mode = string.sub(text, 1, 1)
  if mode ~= 'a' and mode ~= 'x' then return nil, 0, text end
  local total, rest = string.match(text, '^.(%d*);(.*)$')
  return mode, tonumber(total) or 0, rest
end

local function room_of(limit)
  local length = redis.call('ZCARD', P .. 'd') + redis.call('HLEN', P .. 'pe')
  for lane in string.gmatch('9876543210JIHGFEDCBA', '.') do length = length + redis.call('LLEN', P .. 'l:' .. lane) end
  -- Cancelled tasks stay in their lists until CLAIM reaches them.
  for _, cancelled in ipairs(redis.call('HVALS', P .. 'cx')) do length = length - cancelled end
  return limit - length, length
end

local function refusal(length, limit, admitted) return string.format('q%08x%08x%08x', length, limit, admitted) end

local function refuse(limit, total, from)
  local count = #ARGV - from + 1
  local room, length = room_of(limit)
  if math.max(count, total) <= room then return nil end
  local new, most = 0, room - math.max(0, total - count)
  for i = from, #ARGV do
    local id = string.sub(ARGV[i], 5, 20)
    if redis.call('EXISTS', P .. 'r:' .. id) == 0 and redis.call('HEXISTS', P .. 's:' .. string.sub(id, 7, 15), id) == 0 then
      new = new + 1
      if new > most then
        local admitted = total > 0 and 0 or i - from
        for k = #ARGV, from + admitted, -1 do ARGV[k] = nil end
        return refusal(length, limit, admitted), admitted
      end
    end
  end
end
