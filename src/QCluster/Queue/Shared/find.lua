-- Included by scripts that look for an unfinished task by its id; declares locals, returns nothing.
-- find_waiting(id, state): its index, priority and element, if it is in a queue list.
-- find_in_flight(id, state): incarnation, registration and attempt key, if a worker has it.
local function parse_state(state)
  local seq, priority = string.match(state, '^(%-?%d-)([%dA-J])$')
  if seq then return 1, seq, priority end
  local attempt
  attempt, seq, priority = string.match(state, '^a(%d+):(%-?%d-)([%dA-J])$')
  if seq then return tonumber(attempt), seq, priority end
  return tonumber(string.match(state, '^p(%d+):'))
end

local function find_waiting(id, state)
  local _, seq, priority = parse_state(state)
  if not seq then return nil end
  local place = tonumber(seq) - (tonumber(redis.call('HGET', P .. 'h', priority)) or 0)
  if place < 0 then return nil end
  -- A number at or behind the head can also belong to a task in flight, if other tasks were returned meanwhile.
  local element = redis.call('LINDEX', P .. 'l:' .. priority, place)
  if element and string.sub(element, 5, 20) == id then
    return place, priority, element
  end
end

local function find_in_flight(id, state)
  local attempt = parse_state(state)
  local field = string.char(math.floor(attempt / 256), attempt % 256) .. id
  local workers = redis.call('HGETALL', P .. 'w')
  for i = 1, #workers, 2 do
    if redis.call('HEXISTS', P .. 'f:' .. workers[i], field) == 1 then
      return workers[i], workers[i + 1], field
    end
  end
end
