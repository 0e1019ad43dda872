-- What is known of a task, by its id alone.
-- KEYS[1]    record of the task
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    id (16 bytes)
-- ARGV[3]    channel on which to tell the caller when the task ends, or '' to only look
-- returns    { 'r', record } finished; { 'u' } unknown; with a channel { 'w' } the caller will be told; without one
--            { 'q', place, priority } waiting, 0 = next; { 'd', due, Unix ms } delayed;
--            { 'i' } waiting for a worker of its own; { 'f', incarnation, cluster } handed to a worker
local P, id, channel = ARGV[1], ARGV[2], ARGV[3]
local record = redis.call('GET', KEYS[1])
if record then return { 'r', record } end
local state = redis.call('HGET', P .. 's:' .. string.sub(id, 7, 15), id)
if not state then return { 'u' } end

if channel ~= '' then
  local channels = redis.call('HGET', P .. 'wt', id)
  if not channels then
    redis.call('HSET', P .. 'wt', id, channel)
  elseif not string.find(',' .. channels .. ',', ',' .. channel .. ',', 1, true) then
    redis.call('HSET', P .. 'wt', id, channels .. ',' .. channel)
  end
  return { 'w' }
end

if string.sub(state, 1, 1) == 'd' then
  return { 'd', redis.call('ZSCORE', P .. 'd', id) }
end

local attempt = 1
local seq, priority = string.match(state, '^(%-?%d-)(%d)$')
if not seq then
  attempt, seq, priority = string.match(state, '^a(%d+):(%-?%d-)(%d)$')
end
if seq then
  local place = tonumber(seq) - (tonumber(redis.call('HGET', P .. 'h', priority)) or 0)
  if place >= 0 then
    -- A number at or behind the head can also be that of a task in flight, when others were given back meanwhile.
    local element = redis.call('LINDEX', P .. 'l:' .. priority, place)
    if element and string.sub(element, 5, 20) == id then return { 'q', place, tonumber(priority) } end
  end
else
  attempt = string.match(state, '^i(%d+):')
end

local number = tonumber(attempt)
local field = string.char(math.floor(number / 256), number % 256) .. id
local workers = redis.call('HGETALL', P .. 'w')
for i = 1, #workers, 2 do
  if redis.call('HEXISTS', P .. 'f:' .. workers[i], field) == 1 then
    return { 'f', workers[i], string.match(workers[i + 1], ':(.*)$') }
  end
end
return { 'i' }
