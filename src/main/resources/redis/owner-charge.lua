-- Adds copied bytes to an owner's counter, unless the window would then hold more than the most. The first bytes of a window are always
-- added. KEYS: the owner's counter. ARGV: bytes, most, window in ms, bytes that the same request has added before. Answers LIMITED with
-- the ms until the window ends. If a refused request has added bytes before, it fills the counter, because it has already cost work.
local charged = tonumber(redis.call('GET', KEYS[1]) or 0)
local life = redis.call('PTTL', KEYS[1])
local bytes, most, before = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
if charged > before and life > 0 and charged + bytes > most then
    if before > 0 and charged < most then
        redis.call('INCRBY', KEYS[1], most - charged)
    end
    return { 'LIMITED', life }
end
redis.call('INCRBY', KEYS[1], bytes)
if life <= 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return { 'OK', 0 }
