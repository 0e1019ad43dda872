-- Included by scripts that end a task; declares locals, returns nothing.
-- finish(id, outcome, element, ttl, state, dead): the one place where a task reaches its final state: 3 succeeded, 4 failed,
-- 5 cancelled. It keeps the record for ttl milliseconds (0 = only an empty mark, so that an enqueue repeated after a lost reply
-- still finds the task; below 0 = for -ttl, but only among the last save_limit), notifies the clients that wait for this id, and
-- handles the follow-ups: hook, group, chain. The caller has just removed the task from the list, set or hash that owned it, in
-- this same script, and calls forget_states() after the last task.
-- dead: the task is dead-lettered, and its record is kept for at least the dead_ttl of the cluster.
--include chain
--include permits
--include uncached
local DEDUPLICATION_WINDOW = 120000
local has_waiters, has_cancels, save_limit, now = nil, nil, nil, nil
local ended = {}
local call, sub = redis.call, string.sub

-- As text: Redis would format each number as a fraction, for every record again.
local whole_texts = {}
local function whole(number)
  local text = whole_texts[number]
  if not text then
    text = string.format('%d', number)
    whole_texts[number] = text
  end
  return text
end

-- Consecutive ids share a bucket: one command for all of them.
local function forget_states()
  for bucket, ids in pairs(ended) do redis.call('HDEL', P .. 's:' .. bucket, unpack(ids)) end
end

-- Uncached records: the newest save_limit of each outcome. With a database they stay until it has them, and are not held.
local function keep_bounded(id, record, ttl, state, whole_name)
  if not now then
    save_limit = redis.call('HGET', P .. 'cf', 'save_limit') or '250'
    now = tonumber(redis.call('TIME')[1])
  end
  local is_held = whole_name and save_limit ~= 'db' and hold(whole_name, id, state, -ttl)
  if save_limit == 'db' then
    call('SET', P .. 'r:' .. id, record)
  else
    call('SET', P .. 'r:' .. id, record, 'PX', whole(is_held and held_time(ttl) or ttl))
  end
  save_uncached(id, ttl, state, save_limit, now, is_held)
end

-- The group or chain that the task is a member of.
local function whole_of(items)
  if items.g or not items.c then return items.g end
  local chain, home = string.sub(items.c, 1, 16), string.sub(items.c, 21)
  if home ~= '' then return string.char(0) .. chain end
  return redis.call('HGET', P .. 'ch:' .. chain, 'g') or nil
end

local function follow_up(items, id, outcome, record, keep, state)
  if items.n and redis.call('GET', P .. 'n:' .. items.n) == id then redis.call('PEXPIRE', P .. 'n:' .. items.n, keep) end
  if items.u then
    local window, key = string.match(items.u, '^(%d+):(.*)$')
    -- Without a window the key is held until the task has ended.
    if window == '0' and redis.call('GET', P .. 'u:' .. key) == id then redis.call('DEL', P .. 'u:' .. key) end
  end
  for _, kind in ipairs({ 'h', 'H' }) do
    local hook = items[kind]
    if hook then push(string.sub(hook, 1, 1), 0, attach(string.sub(hook, 2), record)) end
  end
  if items.v and state == '3' then push(string.sub(items.v, 1, 1), 0, attach(string.sub(items.v, 2), outcome)) end
  if items.g then join_group(items.g, id, state, '', keep) end
  if items.c then
    local chain, step, home = string.sub(items.c, 1, 16), struct.unpack('>I4', string.sub(items.c, 17, 20)), string.sub(items.c, 21)
    if home == '' then
      chain_step(chain, step, state, id, '', keep, outcome, record)
    else
      pass_on('A', home, chain .. struct.pack('>I4', step) .. state .. id .. struct.pack('>d', keep) .. record)
    end
  end
end

-- The newest 10,000 dead-lettered tasks, by time.
local function bury(id, ttl)
  local time = redis.call('TIME')
  redis.call('ZADD', P .. 'dl', time[1] * 1000 + math.floor(time[2] / 1000), id)
  redis.call('ZREMRANGEBYRANK', P .. 'dl', 0, -10001)
  local keep = tonumber(redis.call('HGET', P .. 'cf', 'dead_ttl') or '0')
  return ttl < 0 and math.min(ttl, -keep) or math.max(ttl, keep)
end

-- Ids for error mails; the newest 1,000.
local function report(id)
  if redis.call('HGET', P .. 'cf', 'mail') ~= '1' then return end
  redis.call('RPUSH', P .. 'em', id)
  redis.call('LTRIM', P .. 'em', -1000, -1)
end

local function finish(id, outcome, element, ttl, state, dead)
  local has_sections = element and string.byte(element) >= FOLLOWS
  if dead then ttl = bury(id, ttl) end
  local record = outcome .. (has_sections and bare(element) or element or '')
  local items = has_sections and has_follows(element) and follows_of(element)
  local whole_name = items and ttl ~= 0 and whole_of(items)
  if ttl > 0 then
    call('SET', P .. 'r:' .. id, record, 'PX', whole((whole_name and hold(whole_name, id, state, ttl)) and held_time(ttl) or ttl))
  elseif ttl < 0 then
    keep_bounded(id, record, -ttl, state, whole_name)
  else
    call('SET', P .. 'r:' .. id, '', 'PX', whole(DEDUPLICATION_WINDOW))
  end
  local bucket = sub(id, 7, 15)
  local neighbours = ended[bucket]
  if neighbours then neighbours[#neighbours + 1] = id else ended[bucket] = { id } end
  if has_waiters == nil then has_waiters = redis.call('EXISTS', P .. 'wt') == 1 end
  if has_waiters then
    local channels = redis.call('HGET', P .. 'wt', id)
    if channels then
      redis.call('HDEL', P .. 'wt', id)
      -- A waiting client gets no result that is not kept, either.
      tell(channels, ttl == 0 and state == '3' and id or id .. record)
    end
  end
  if has_cancels == nil then has_cancels = call('EXISTS', P .. 'cq') == 1 end
  if has_cancels then call('HDEL', P .. 'cq', id) end
  if state == '4' then report(id) end
  if items then
    let_go(element)
    local keep = math.abs(ttl)
    if keep < DEDUPLICATION_WINDOW and ttl == 0 then keep = DEDUPLICATION_WINDOW end
    follow_up(items, id, outcome, record, keep, state)
  end
end
