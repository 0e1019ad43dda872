-- Included by scripts that look into elements; declares locals, returns nothing.
-- An element is: flags and version (1 byte), lost (1), attempt (2), id (16), then the sections its flags announce, each with a
-- 32-bit length in front, then the envelope. Flag 0x10: what follows from its end (items: kind, 32-bit length, text).
-- Flag 0x20: an attachment, the record or outcome of the task it follows from.
local FOLLOWS, ATTACHED = 16, 32

local function has_follows(element) return math.floor(string.byte(element) / FOLLOWS) % 2 == 1 end

-- The items by kind: h hook (priority digit, element), H hook of a chain that its caller runs, g group, n name, u unique key (milliseconds:key),
-- c chain (id, 32-bit step, queue of the chain or nothing).
local function follows_of(element)
  local items = {}
  local at, stop = 25, 24 + struct.unpack('>I4', string.sub(element, 21, 24))
  while at <= stop do
    local length = struct.unpack('>I4', string.sub(element, at + 1, at + 4))
    items[string.sub(element, at, at)] = string.sub(element, at + 5, at + 4 + length)
    at = at + 5 + length
  end
  return items
end

-- The element as a record keeps it: without its sections.
local function bare(element)
  local flags = string.byte(element) - string.byte(element) % 16
  if flags == 0 then return element end
  local at = 21
  if has_follows(element) then at = at + 4 + struct.unpack('>I4', string.sub(element, at, at + 3)) end
  if flags >= ATTACHED then at = at + 4 + struct.unpack('>I4', string.sub(element, at, at + 3)) end
  return string.char(string.byte(element) % 16) .. string.sub(element, 2, 20) .. string.sub(element, at)
end

-- The element with an attachment; it has none yet.
local function attach(element, attachment)
  local at = 21
  if has_follows(element) then at = at + 4 + struct.unpack('>I4', string.sub(element, at, at + 3)) end
  return string.char(string.byte(element) + ATTACHED) .. string.sub(element, 2, at - 1)
      .. struct.pack('>I4', #attachment) .. attachment .. string.sub(element, at)
end
