-- Turns that have run for so long that somebody should see whether their process lives. KEYS[1]: the turns that run, by the time
-- of that look; 0: not known yet. ARGV: most, ms until the next look, life of the key in ms. Of several who ask only one gets one.
local again = string.format('%.0f', now + ARGV[2])
for _, turn in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], 0, 0, 'LIMIT', 0, 10000)) do
    redis.call('ZADD', KEYS[1], again, turn)
end
local due = redis.call('ZRANGEBYSCORE', KEYS[1], 1, now, 'LIMIT', 0, ARGV[1])
for _, turn in ipairs(due) do
    redis.call('ZADD', KEYS[1], again, turn)
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { 'OK', due }
