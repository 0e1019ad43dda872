-- Included by scripts that enqueue; declares locals, returns nothing.
-- announce(elements): registers the group members and names of new elements.
-- unique_holder(element, looks): the id that holds the element's unique key, or nothing if the key is free. Unless it only looks, a free
-- key belongs to this element then.
--include element
--include group
local function announce(elements)
  local members = {}
  for _, element in ipairs(elements) do
    if has_follows(element) then
      local items = follows_of(element)
      if items.g then members[items.g] = (members[items.g] or 0) + 1 end
      if items.n then redis.call('SET', P .. 'n:' .. items.n, string.sub(element, 5, 20)) end
    end
  end
  for label, count in pairs(members) do expect_members(label, count) end
end

local function unique_holder(element, looks)
  if not has_follows(element) then return nil end
  local unique = follows_of(element).u
  if not unique then return nil end
  local window, key = string.match(unique, '^(%d+):(.*)$')
  local id = string.sub(element, 5, 20)
  local holder = redis.call('GET', P .. 'u:' .. key)
  if holder or looks then return holder ~= id and holder or nil end
  -- This same call may have run before, and its task may have ended.
  if redis.call('EXISTS', P .. 'r:' .. id) == 1 then return nil end
  if window == '0' then
    redis.call('SET', P .. 'u:' .. key, id)
  else
    redis.call('SET', P .. 'u:' .. key, id, 'PX', window)
  end
end
