-- Adds copied bytes to an owner's counter, unless the window would then hold more than the most. The first bytes of a window are always
-- added. KEYS: the owner's counter. ARGV: bytes, most, window in ms. Answers LIMITED with the ms until the window ends.
local charged = tonumber(redis.call('GET', KEYS[1]) or 0)
local life = redis.call('PTTL', KEYS[1])
if charged > 0 and life > 0 and charged + tonumber(ARGV[1]) > tonumber(ARGV[2]) then
    return { 'LIMITED', life }
end
redis.call('INCRBY', KEYS[1], ARGV[1])
if life <= 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return { 'OK', 0 }
