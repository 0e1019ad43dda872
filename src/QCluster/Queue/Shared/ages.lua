-- Included by scripts that return how long tasks have waited; declares locals, returns nothing. Elements do not have the time at which
-- they were added to their list: the id of a delayed task, a retry or a chain step is older. So each heartbeat leaves marks: at this
-- time the list ended with this number of its endless numbering.
-- head_of(lane): the number of its head.
-- marks_of(lane, head): the lane's marks as number, milliseconds, number, milliseconds..., without those that the head has passed.
-- mark_lanes(now): leaves a mark for each lane with tasks.
--include lanes
local MOST_MARKS = 16
local function head_of(lane) return tonumber(redis.call('HGET', P .. 'h', lane)) or 0 end

local function marks_of(lane, head)
  local marks = {}
  for number, at in string.gmatch(redis.call('HGET', P .. 'ow', lane) or '', '(%-?%d+):(%d+)') do
    if tonumber(number) > head then
      marks[#marks + 1] = tonumber(number)
      marks[#marks + 1] = tonumber(at)
    end
  end
  return marks
end

local function mark_lanes(now)
  if redis.call('EXISTS', P .. 'ow', unpack(lane_keys)) == 0 then return end
  local kept = {}
  each_lane(function(lane, length)
    local head = head_of(lane)
    local marks = marks_of(lane, head)
    if #marks == 0 or marks[#marks - 1] < head + length then
      marks[#marks + 1] = head + length
      marks[#marks + 1] = now
    end
    -- Drops every second mark, but not the first: the longer the queue, the coarser they may be.
    local step, texts = #marks > 2 * MOST_MARKS and 4 or 2, {}
    for i = 1, #marks, step do texts[#texts + 1] = string.format('%d:%.0f', marks[i], marks[i + 1]) end
    kept[#kept + 1] = lane
    kept[#kept + 1] = table.concat(texts, ';')
  end)
  redis.call('DEL', P .. 'ow')
  if #kept > 0 then redis.call('HSET', P .. 'ow', unpack(kept)) end
end
