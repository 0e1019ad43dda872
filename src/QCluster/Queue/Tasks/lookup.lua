-- The state of a task, by its id alone.
-- KEYS[1]    record of the task
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    id (16 bytes)
-- ARGV[3]    channel on which to notify the caller when the task ends, or '' to only look
-- returns    { 'r', record } finished; { 'u' } unknown; with a channel { 'w' } the caller will be notified; without one
--            { 'q', lane, index, element } waiting, 0 = next; { 'd', lane, due, Unix ms, element } delayed; { 'p', lane, element } parked
--            by a limit; { 'i', lane } waiting for a newer worker; { 'f', lane, incarnation, cluster, element } handed to a worker
local P, id, channel = ARGV[1], ARGV[2], ARGV[3]
--include find
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

local lane = string.match(state, '([%dA-J])$') or '5'
if string.sub(state, 1, 1) == 'd' then
  return { 'd', lane, redis.call('ZSCORE', P .. 'd', id), redis.call('HGET', P .. 'de', id) }
end
if string.sub(state, 1, 1) == 'p' then
  return { 'p', lane, redis.call('HGET', P .. 'pe', id) }
end

local place, _, element = find_waiting(id, state)
if place then return { 'q', lane, place, element } end
local incarnation, registration, field = find_in_flight(id, state)
if incarnation then return { 'f', lane, incarnation, string.match(registration, ':(.*)$'), redis.call('HGET', P .. 'f:' .. incarnation, field) } end
return { 'i', lane }
