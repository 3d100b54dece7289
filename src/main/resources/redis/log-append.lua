-- Appends events and renews the lease, or gives it up: then it is 0. KEYS[9]: the log. ARGV: turn, epoch, lease, then events.
local owner, run, cancel = unpack(call('HMGET', S, 'owner', 'run', 'cancel'))
if not owner then
    return { 'GONE' }
end
local value = run == ARGV[1] and call('HGET', T, run)
if not value or read_turn(value).epoch ~= tonumber(ARGV[2]) then
    return { 'LOST' }
end
call('HSET', S, 'lease', now + tonumber(ARGV[3]))
write_log(4)
local followed = tell_all('watch', #ARGV > 3 and 'log' or nil, run)
-- The session must not end before its turn, however long that takes.
local left = call('PTTL', S)
if left >= 0 and left < HOUR / 2 then
    keep()
end
return { 'HELD', cancel and 1 or 0, followed and 1 or 0 }
