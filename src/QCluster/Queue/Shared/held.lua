-- Included by scripts that end tasks, groups or chains; declares locals, returns nothing.
-- A whole is a group, or a chain of another queue (a zero byte and its id). The records of its members are held until the whole has ended.
-- Only then their time-to-live begins, or their place among the last save_limit. There are two bounds, for a whole that never ends: a
-- record is held for HELD_TIME after the end of its task, and only the first MAX_HELD members of a whole are held.
-- gh:WHOLE  list of the held records: id (16 bytes), state (1 digit), time to keep as in finish.lua (8, double)
-- ge        sorted set: whole that has ended -> time at which its records are released (Unix ms); until then the label can be reused
-- gr        list of the records that are being released, as in gh
local HELD_TIME, MAX_HELD, REUSE_TIME = 604800000, 100000, 10000

-- Whether the record is held. If so, it lives for held_time(ttl).
local function hold(whole_name, id, state, ttl)
  local key = P .. 'gh:' .. whole_name
  if redis.call('LLEN', key) >= MAX_HELD then return false end
  redis.call('RPUSH', key, id .. state .. struct.pack('>d', ttl))
  redis.call('PEXPIRE', key, HELD_TIME)
  return true
end

local function held_time(ttl) return math.max(ttl, HELD_TIME) end

-- All members have ended. Their records are released unless the label is used again within keep, at most REUSE_TIME.
local function end_whole(whole_name, keep)
  if redis.call('EXISTS', P .. 'gh:' .. whole_name) == 0 then return end
  local time = redis.call('TIME')
  local due = time[1] * 1000 + math.floor(time[2] / 1000) + math.min(keep, REUSE_TIME)
  redis.call('ZADD', P .. 'ge', string.format('%.0f', due), whole_name)
  redis.call('PEXPIRE', P .. 'ge', HELD_TIME)
end
