-- Included by scripts that must run though Redis is full; needs P, returns nothing. Redis refuses the first write of a script then if it may add
-- something, and none after one that cannot. This one changes nothing.
redis.call('HDEL', P .. 'cc', '')
