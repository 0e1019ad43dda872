-- Second half of RECLAIM: applies the caller's decision to each attempt of a fenced incarnation.
-- KEYS[1]    registrations of worker incarnations
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    incarnation
-- ARGV[3..]  for each attempt: attempt key (18 bytes), decision, outcome, milliseconds to keep the record.
--            Decisions: 'B' back to the head, unchanged; 'L' back to the head as the next attempt, counted as lost, with the outcome
--            of the lost attempt; 'I' the same, but isolated, in a worker process of its own; 'F' failed with the outcome; 'D' the same,
--            and dead-lettered; 'C' cancelled with the outcome; 'R' failed, with a retry after the given milliseconds
-- returns    number of attempts that were still in flight
local P = ARGV[1]
--include finish
--include requeue
local inflight = P .. 'f:' .. ARGV[2]
local count = 0

local function lost_again(element, outcome)
  redis.call('HINCRBY', P .. 'st', 'recovered', 1)
  let_go(element)
  local again, attempt = next_attempt(outcome ~= '' and remember(element, outcome) or element)
  return string.sub(again, 1, 1) .. string.char(math.min(string.byte(element, 2) + 1, 255)) .. string.sub(again, 3), attempt
end

-- Last first, so that tasks returned to the head of a list keep their order.
for i = #ARGV - 3, 3, -4 do
  local element = redis.call('HGET', inflight, ARGV[i])
  if element then
    redis.call('HDEL', inflight, ARGV[i])
    count = count + 1
    local decision, id = ARGV[i + 1], string.sub(ARGV[i], 3)
    if decision == 'B' then
      requeue(element)
    elseif decision == 'L' then
      requeue((lost_again(element, ARGV[i + 2])))
    elseif decision == 'I' then
      if not ends_here(element) then
        local again, attempt = lost_again(element, ARGV[i + 2])
        local lane = isolated(priority_of(id))
        to_head(again, attempt, lane)
        wake(lane)
      end
    elseif decision == 'R' then
      try_again(element, ARGV[i + 2], tonumber(ARGV[i + 3]))
    else
      finish(id, ARGV[i + 2], element, tonumber(ARGV[i + 3]), decision == 'C' and '5' or '4', decision == 'D')
      redis.call('HINCRBY', P .. 'st', decision == 'C' and 'cancelled' or 'failed', 1)
    end
  end
end

forget_states()
if redis.call('EXISTS', inflight) == 0 then redis.call('HDEL', KEYS[1], ARGV[2]) end
return count
