-- Adds copied bytes to an owner's count, unless the window would then hold more than the most. A request calls this script twice: first
-- with a small charge, before Parley measures the fork, then with the size of the fork. The first fork of a window is always made, also if
-- other requests have made their small charge meanwhile. KEYS: the owner's hash, with the fields bytes and forks. ARGV: bytes, most, window
-- in ms, bytes that the same request has added before. Answers LIMITED with the ms until the window ends. If a refused request has added
-- bytes before, it fills the count, because it has already cost work.
local charged = tonumber(redis.call('HGET', KEYS[1], 'bytes') or 0)
local life = redis.call('PTTL', KEYS[1])
local bytes, most, before = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local others = charged > 0
if before > 0 then
    others = redis.call('HEXISTS', KEYS[1], 'forks') == 1
end
if others and life > 0 and charged + bytes > most then
    if before > 0 and charged < most then
        redis.call('HINCRBY', KEYS[1], 'bytes', most - charged)
    end
    return { 'LIMITED', life }
end
redis.call('HINCRBY', KEYS[1], 'bytes', bytes)
if before > 0 then
    redis.call('HINCRBY', KEYS[1], 'forks', 1)
end
if life <= 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return { 'OK', 0 }
