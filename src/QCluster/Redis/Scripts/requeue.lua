-- Included by scripts that give a task back; declares locals, returns nothing.
-- requeue(element): puts the element at the head of the list of its priority and rewrites its state. The priority is read
-- from the state entry, the one place that keeps it while the task is in flight. An attempt that was isolated stays so.
--include wake
local function priority_of(id)
  local state = redis.call('HGET', P .. 's:' .. string.sub(id, 7, 15), id)
  return state and string.match(state, '(%d)$') or '5'
end

local function waiting_state(attempt, seq, priority)
  local place = string.format('%d', seq) .. priority
  if attempt == 1 then return place end
  return 'a' .. attempt .. ':' .. place
end

local function requeue(element)
  local high, low = string.byte(element, 3, 4)
  local id = string.sub(element, 5, 20)
  local attempt = high * 256 + low
  local state = redis.call('HGET', P .. 's:' .. string.sub(id, 7, 15), id)
  if state and string.match(state, '^i(%d+):') == tostring(attempt) then
    redis.call('LPUSH', P .. 'i', element)
    return
  end
  local priority = state and string.match(state, '(%d)$') or '5'
  local seq = redis.call('HINCRBY', P .. 'h', priority, -1)
  redis.call('LPUSH', P .. 'l:' .. priority, element)
  redis.call('HSET', P .. 's:' .. string.sub(id, 7, 15), id, waiting_state(attempt, seq, priority))
end
