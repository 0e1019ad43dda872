-- Removes processed entries from the outbox.
-- KEYS[1]    outbox
-- ARGV[1..]  entries
-- returns    length of the outbox
for i = 1, #ARGV do redis.call('LREM', KEYS[1], 1, ARGV[i]) end
return redis.call('LLEN', KEYS[1])
