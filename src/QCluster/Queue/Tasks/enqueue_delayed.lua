-- Adds tasks to the delayed set. Safe to repeat: an id that is known or finished is not touched.
-- KEYS[1]    delayed set
-- ARGV[1]    prefix of the queue's keys
-- ARGV[2]    lane (see wake.lua); the room it needs (see room.lua); then a demand: see demand.lua
-- ARGV[3]    'in' or 'at'
-- ARGV[4]    milliseconds from now (Redis TIME), or the due time in Unix milliseconds
-- ARGV[5..]  task elements, at most 1000; only one if it has a unique key
-- returns    number of new tasks; or the id of the task that holds the unique key; or the letter of a demand that is not met; or
--            the reply of room.lua if there is no room for all
local P, priority = ARGV[1], string.sub(ARGV[2], 1, 1)
--include announce
--include wake
--include demand
--include room
local mode, total, demand = mode_of(string.sub(ARGV[2], 2))
local refused = refused_demand(demand, ARGV[5], #ARGV - 4)
if refused then return refused end
local limit = mode ~= 'x' and redis.call('HGET', P .. 'h', 'limit')
local full, admitted
local head = ARGV[5]
if limit then full, admitted = refuse(tonumber(limit), total, 5) end
local due = tonumber(ARGV[4])
if ARGV[3] == 'in' then
  local time = redis.call('TIME')
  due = due + time[1] * 1000 + math.floor(time[2] / 1000)
end

if #ARGV == 5 or admitted == 0 then
  local holder = unique_holder(head, admitted == 0)
  if holder then return holder end
end
if admitted == 0 then return full end

local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
local added = {}
for i = 5, #ARGV do
  local id = string.sub(ARGV[i], 5, 20)
  if redis.call('EXISTS', P .. 'r:' .. id) == 0
      and redis.call('HSETNX', P .. 's:' .. string.sub(id, 7, 15), id, 'd' .. priority) == 1 then
    redis.call('ZADD', KEYS[1], string.format('%.0f', due), id)
    redis.call('HSET', P .. 'de', id, ARGV[i])
    added[#added + 1] = ARGV[i]
  end
end

-- A pusher that waits for a later task must claim again.
if #added > 0 and (not first or due < tonumber(first)) then wake(priority) end
announce(added)
return full or #added
