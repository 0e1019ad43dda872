-- Takes entries out of the outbox that have been done.
-- KEYS[1]    outbox
-- ARGV[1..]  entries
-- returns    how many are left
for i = 1, #ARGV do redis.call('LREM', KEYS[1], 1, ARGV[i]) end
return redis.call('LLEN', KEYS[1])
