-- Included by scripts that advance chains; declares locals, returns nothing.
-- ch:CHAIN  hash: n steps, p steps finished, c '1' = continue after a failure, x '1' = cancelled, k time to keep in ms,
--           g group, h hook (priority digit, element), q id and queue of the running step, e state at its end (3, 4 or 5),
--           w waiters (channels, joined by ','), f other queues that have records of it (each with its length, 1 byte, in front)
-- cl:CHAIN  list of the next steps: priority (1 byte), 'p' if the step takes the previous outcome (1), delay in ms (4),
--           length of its queue's name (1), queue, element
-- o         outbox, a list of work for other queues that any monitor processes: kind (1), length of the queue's name (1), queue, and
--           E (enqueue): priority digit, delay in ms (4), element
--           A (a step has ended): chain (16), step (4), state digit, task (16), keep in ms (8, double), record
--           R (a chain has ended, so its records there are released): chain (16)
--include element
--include group
--include push
local function pass_on(kind, queue, text)
  redis.call('RPUSH', P .. 'o', kind .. string.char(#queue) .. queue .. text)
  redis.call('PUBLISH', P .. 'outbox', '1')
end

-- Enqueues the next step.
local function chain_next(chain, outcome)
  local entry = redis.call('LPOP', P .. 'cl:' .. chain)
  local priority, wants, delay, length = struct.unpack('>BBI4B', entry)
  local queue, element = string.sub(entry, 8, 7 + length), string.sub(entry, 8 + length)
  if wants == 112 and outcome then element = attach(element, outcome) end
  redis.call('HSET', P .. 'ch:' .. chain, 'q', string.sub(element, 5, 20) .. queue)
  if queue == '' then
    push(string.char(priority), delay, element)
  else
    pass_on('E', queue, string.char(priority) .. struct.pack('>I4', delay) .. element)
  end
end

-- At the end of a step: counts it in the group, and enqueues the next one or ends the chain. Once for each step.
local function chain_step(chain, step, state, id, queue, keep, outcome, record)
  local key = P .. 'ch:' .. chain
  local info = redis.call('HMGET', key, 'p', 'n', 'c', 'x', 'k', 'g', 'h', 'w')
  if tonumber(info[1]) ~= step then return end
  -- In the Lua of the embedded server a whole number may be written as 1.0.
  redis.call('HSET', key, 'p', string.format('%d', step + 1))
  local others = redis.call('HGET', key, 'f') or ''
  if queue ~= '' then
    others = others .. string.char(#queue) .. queue
    redis.call('HSET', key, 'f', others)
  end
  local left = tonumber(info[2]) - step - 1
  if left > 0 and not info[4] and (state == '3' or info[3] == '1') then
    chain_next(chain, outcome)
  else
    if left > 0 then
      redis.call('DEL', P .. 'cl:' .. chain)
      redis.call('HINCRBY', P .. 'gi:' .. info[6], 't', string.format('%d', -left))
    end
    redis.call('HSET', key, 'e', (left > 0 and state == '3') and '5' or state)
    redis.call('HDEL', key, 'q', 'h', 'w', 'f')
    while others ~= '' do
      local length = string.byte(others)
      pass_on('R', string.sub(others, 2, 1 + length), chain)
      others = string.sub(others, 2 + length)
    end
    redis.call('PEXPIRE', key, info[5])
    if info[7] then push(string.sub(info[7], 1, 1), 0, attach(string.sub(info[7], 2), record)) end
    if info[8] then tell(info[8], chain) end
  end
  join_group(info[6], id, state, queue, keep)
end
