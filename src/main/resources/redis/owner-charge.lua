-- Charges an owner for bytes that are copied, unless that is more than may be within a window; the first charge of a window always
-- counts. KEYS: the owner's counter. ARGV: bytes, most, window in ms, what the same request has been charged before. Answers LIMITED
-- with the ms until the window ends; a request that was charged before has cost work by then, so that no other one is admitted.
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
