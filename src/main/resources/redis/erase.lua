-- Erases a session. KEYS from 9 on: its logs. ARGV: owner, version or '', epoch for which the logs were looked up.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
if ARGV[2] ~= '' and call('HGET', S, 'ver') ~= ARGV[2] then
    return { 'STALE' }
end
if call('HGET', S, 'epoch') ~= ARGV[3] then
    return { 'CHANGED' }
end
local run = call('HGET', S, 'run')
if run then
    tell_end(run)
    tell(call('HGET', S, 'at') or '', 'cancel', run)
end
tell_all('feeders', 'feed')
for i = 1, #KEYS do
    call('UNLINK', KEYS[i])
end
return { 'OK' }
