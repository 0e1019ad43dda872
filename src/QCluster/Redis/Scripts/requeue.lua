-- Included, behind finish, by scripts that give a task back; declares locals, returns nothing.
-- requeue(element): puts the element at the head of the list of its priority and rewrites its state. An attempt that was
-- isolated stays so. A task that is wanted cancelled ends here instead.
-- ends_here(element): whether it was wanted cancelled, and so has ended.
--include waiting
local function ends_here(element)
  local id = string.sub(element, 5, 20)
  local wanted = redis.call('HGET', P .. 'cq', id)
  if not wanted then return false end
  finish(id, string.sub(wanted, 9), element, struct.unpack('>d', wanted), '5')
  redis.call('HINCRBY', P .. 'st', 'cancelled', 1)
  return true
end

local function requeue(element)
  if ends_here(element) then return end
  local high, low = string.byte(element, 3, 4)
  local id = string.sub(element, 5, 20)
  local attempt = high * 256 + low
  local state = redis.call('HGET', P .. 's:' .. string.sub(id, 7, 15), id)
  if state and string.match(state, '^i(%d+):') == tostring(attempt) then
    redis.call('LPUSH', P .. 'i', element)
    return
  end
  to_head(element, attempt, state and string.match(state, '(%d)$') or '5')
end
