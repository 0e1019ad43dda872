-- Included by scripts that pop several elements; declares locals, returns nothing.
-- Up to count elements from the head of a list, or nothing. The embedded server answers a single element without a list around it.
local function pop(list, count)
  local elements = redis.call('LPOP', list, count)
  return type(elements) == 'string' and { elements } or elements
end
