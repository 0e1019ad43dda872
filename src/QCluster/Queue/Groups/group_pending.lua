-- The unfinished members of a group in one part of the queue.
-- KEYS[1]    information on the group; only determines the slot of Redis Cluster
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    label
-- ARGV[3]    the part: a lane and the number of its next element (see enqueue.lua) or nothing, 'd' and the cursor of a scan, 'p' and
--            a cursor, or 'f'; '9:' for the first one
-- returns    { the next part, or '' after the last one, ids (16 bytes)... }
local P, label = ARGV[1], ARGV[2]
--include element
local ORDER = '9876543210JIHGFEDCBAdpf'
local part, at = string.match(ARGV[3], '^(.):(.*)$')
local result = { '' }

local function add(element)
  if #element > 20 and has_follows(element) and follows_of(element).g == label then result[#result + 1] = string.sub(element, 5, 20) end
end

local function following()
  local place = string.find(ORDER, part, 1, true)
  return place < #ORDER and string.sub(ORDER, place + 1, place + 1) .. ':' or ''
end

if part == 'd' or part == 'p' then
  local scanned = redis.call('HSCAN', P .. part .. 'e', at == '' and '0' or at, 'COUNT', 500)
  for i = 2, #scanned[2], 2 do add(scanned[2][i]) end
  result[1] = scanned[1] == '0' and following() or part .. ':' .. scanned[1]
elseif part == 'f' then
  for _, incarnation in ipairs(redis.call('HKEYS', P .. 'w')) do
    for _, element in ipairs(redis.call('HVALS', P .. 'f:' .. incarnation)) do add(element) end
  end
else
  -- By number, not by index: a claim between two calls moves the remaining elements forward.
  local head = tonumber(redis.call('HGET', P .. 'h', part)) or 0
  local from = at == '' and 0 or math.max(0, tonumber(at) - head)
  local elements = redis.call('LRANGE', P .. 'l:' .. part, from, from + 499)
  for _, element in ipairs(elements) do add(element) end
  result[1] = #elements < 500 and following() or part .. string.format(':%d', head + from + 500)
end
return result
