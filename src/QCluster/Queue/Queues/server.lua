-- The memory and the role of the server.
-- KEYS[1]    any key of the queue
-- returns    the sections memory and replication of INFO, or nothing if INFO is refused
local memory, replication = redis.pcall('INFO', 'memory'), redis.pcall('INFO', 'replication')
if type(memory) ~= 'string' or type(replication) ~= 'string' then return false end
return memory .. replication
