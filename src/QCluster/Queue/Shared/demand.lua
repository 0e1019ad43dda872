-- Included by scripts that enqueue; declares a local, returns nothing.
-- refused_demand(demand, element, count): the letter of the demand that is not met; nothing if all are, or if this same call has
-- run before. Demands: 'm' a live cluster serves the queue, and, if the name of a function follows, one of them has
-- it ('n' if none has it); 'i' also a slot is free now for each of the tasks.
-- cc          hash: cluster -> number of tasks it can run at a time
--include clusters
local function refused_demand(demand, element, count)
  local kind, func = string.sub(demand, 1, 1), string.sub(demand, 2)
  if kind ~= 'm' and kind ~= 'i' then return nil end
  local id = string.sub(element, 5, 20)
  if redis.call('EXISTS', P .. 'r:' .. id) == 1 or redis.call('HEXISTS', P .. 's:' .. string.sub(id, 7, 15), id) == 1 then return nil end
  local clusters = live_clusters()
  if #clusters == 0 then return 'm' end
  if func ~= '' and may_run(clusters, func) == 'no' then return 'n' end
  if kind == 'm' then return nil end
  local free = -count
  for _, cluster in ipairs(clusters) do free = free + (tonumber(redis.call('HGET', P .. 'cc', cluster)) or 0) end
  for _, incarnation in ipairs(redis.call('HKEYS', P .. 'w')) do free = free - redis.call('HLEN', P .. 'f:' .. incarnation) end
  for p = 0, 9 do free = free - redis.call('LLEN', P .. 'l:' .. p) end
  return free < 0 and 'i' or nil
end
