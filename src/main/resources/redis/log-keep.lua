-- Gives a session and the log of its running turn their lifetime anew, because neither may end before the turn, however long that runs.
-- KEYS[9]: the log. ARGV: epoch.
local run, epoch = unpack(call('HMGET', S, 'run', 'epoch'))
if run and KEYS[9] == S .. ':e:' .. run and epoch == ARGV[1] then
    keep()
    if call('EXISTS', KEYS[9]) == 1 then
        expire(KEYS[9], lifetime())
        call('HSET', S, 'kept', now + HOUR / 2)
    end
end
return { 'OK' }
