-- Included by scripts that put tasks into queue lists; declares locals, returns nothing.
-- priority_of(id): its lane, from the state entry, which alone keeps it while the task is in flight.
-- waiting_state(attempt, seq, priority): the state of a task in its list.
-- isolated(lane): the lane of the same priority for isolated tasks.
-- to_head(element, attempt, priority): puts it at the head of its list, and writes its state.
--include wake
local function priority_of(id)
  local state = redis.call('HGET', P .. 's:' .. string.sub(id, 7, 15), id)
  return state and string.match(state, '([%dA-J])$') or '5'
end

local function waiting_state(attempt, seq, priority)
  local place = string.format('%d', seq) .. priority
  if attempt == 1 then return place end
  return 'a' .. attempt .. ':' .. place
end

local function isolated(lane) return string.byte(lane) < 65 and string.char(string.byte(lane) + 17) or lane end

local function to_head(element, attempt, priority)
  local id = string.sub(element, 5, 20)
  local seq = redis.call('HINCRBY', P .. 'h', priority, -1)
  redis.call('LPUSH', P .. 'l:' .. priority, element)
  redis.call('HSET', P .. 's:' .. string.sub(id, 7, 15), id, waiting_state(attempt, seq, priority))
end
