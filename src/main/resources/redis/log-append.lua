-- Appends events and renews the lease. KEYS[9]: the log. ARGV: turn, epoch, lease, then events.
if not allowed('*') then
    return { 'GONE' }
end
local value = call('HGET', T, ARGV[1])
if not value or call('HGET', S, 'run') ~= ARGV[1] or read_turn(value).epoch ~= tonumber(ARGV[2]) then
    return { 'LOST' }
end
call('HSET', S, 'lease', now + tonumber(ARGV[3]))
write_log(4)
-- The session must not end before its turn, however long that takes.
local left = call('PTTL', S)
if left >= 0 and left < HOUR / 2 then
    keep()
end
return { 'HELD', call('HEXISTS', S, 'cancel') }
