-- Turns that have run for so long that a process should see whether their process lives. KEYS[1]: a part of the turns that run, by the
-- time of that look; 0: not known yet. ARGV: most, ms until the next look, life of the key in ms. Of several processes that ask only one
-- is given a turn. Answers the turns that are due, and how many turns the key holds.
local again = string.format('%.0f', now + ARGV[2])
for _, turn in ipairs(call('ZRANGEBYSCORE', KEYS[1], 0, 0, 'LIMIT', 0, 10000)) do
    call('ZADD', KEYS[1], again, turn)
end
local due = call('ZRANGEBYSCORE', KEYS[1], 1, now, 'LIMIT', 0, ARGV[1])
for _, turn in ipairs(due) do
    call('ZADD', KEYS[1], again, turn)
end
call('PEXPIRE', KEYS[1], ARGV[3])
return { 'OK', due, call('ZCARD', KEYS[1]) }
