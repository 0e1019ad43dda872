-- Included by scripts that must run even if Redis is full; needs P, returns nothing. A full Redis refuses the first write of a script if that
-- may add data. It accepts all writes after one that cannot. This one cannot, and changes nothing.
redis.call('HDEL', P .. 'cc', '')
