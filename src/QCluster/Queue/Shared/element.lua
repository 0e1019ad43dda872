-- Included by scripts that read elements; declares locals, returns nothing.
-- An element is: flags and version (1 byte), lost (1), attempt (2), id (16), then the sections of its flags, each after a 32-bit length,
-- then the envelope. Flag 0x10: follow-ups (items: kind, 32-bit length, text).
-- Flag 0x20: an attachment, the record or outcome of the task before it. Flag 0x40: its history, the outcomes of the previous
-- attempts, each after a 32-bit length. Flag 0x80: the follow-ups have limits (items l, k), which CLAIM obeys.
local FOLLOWS, ATTACHED, HISTORY, LIMITED = 16, 32, 64, 128
local MOST_HISTORY = 32768

local function flagged(element, flag) return math.floor(string.byte(element) / flag) % 2 == 1 end
local function has_follows(element) return flagged(element, FOLLOWS) end
local function after_section(element, at) return at + 4 + struct.unpack('>I4', string.sub(element, at, at + 3)) end

-- The items by kind: h hook (priority digit, element), H hook of a chain that its caller runs, v callback (as h), g group, n name,
-- u unique key (milliseconds:key), c chain (id, 32-bit step, queue of the chain or nothing), l rate limit (count:milliseconds:key),
-- k concurrency limit (most:key).
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

-- The offset behind follow-ups and attachment.
local function after_sections(element)
  local at = 21
  if flagged(element, FOLLOWS) then at = after_section(element, at) end
  if flagged(element, ATTACHED) then at = after_section(element, at) end
  return at
end

-- The element as a record keeps it: with its history, without the sections that only scripts need.
local function bare(element)
  local first = string.byte(element)
  if first < FOLLOWS then return element end
  local kept = first % 16 + (flagged(element, HISTORY) and HISTORY or 0)
  return string.char(kept) .. string.sub(element, 2, 20) .. string.sub(element, after_sections(element))
end

-- The element with an attachment; it has none yet.
local function attach(element, attachment)
  local at = 21
  if has_follows(element) then at = after_section(element, at) end
  return string.char(string.byte(element) + ATTACHED) .. string.sub(element, 2, at - 1)
      .. struct.pack('>I4', #attachment) .. attachment .. string.sub(element, at)
end

-- The element with the outcome of one more attempt in its history, which drops its oldest ones when it becomes too long.
local function remember(element, outcome)
  local at = after_sections(element)
  local history, rest = '', at
  if flagged(element, HISTORY) then
    rest = after_section(element, at)
    history = string.sub(element, at + 4, rest - 1)
  end
  history = history .. struct.pack('>I4', #outcome) .. outcome
  while #history > MOST_HISTORY do history = string.sub(history, 5 + struct.unpack('>I4', history)) end
  local first = string.byte(element) + (rest == at and HISTORY or 0)
  return string.char(first) .. string.sub(element, 2, at - 1) .. struct.pack('>I4', #history) .. history .. string.sub(element, rest)
end

-- The element with further items that limit it, already encoded.
local function limit(element, items)
  if not has_follows(element) then
    return string.char(string.byte(element) + FOLLOWS + LIMITED) .. string.sub(element, 2, 20) .. struct.pack('>I4', #items) .. items .. string.sub(element, 21)
  end
  local stop = after_section(element, 21)
  return string.char(string.byte(element) + LIMITED) .. string.sub(element, 2, 20) .. struct.pack('>I4', stop - 25 + #items)
      .. string.sub(element, 25, stop - 1) .. items .. string.sub(element, stop)
end

-- The element for its next attempt, and that attempt's number.
local function next_attempt(element)
  local high, low = string.byte(element, 3, 4)
  local attempt = math.min(high * 256 + low + 1, 65535)
  return string.sub(element, 1, 2) .. string.char(math.floor(attempt / 256), attempt % 256) .. string.sub(element, 5), attempt
end
