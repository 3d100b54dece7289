-- Erases a session. KEYS from 9 on: its logs. ARGV: owner, version or '', epoch for which the logs were looked up.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
if ARGV[2] ~= '' and value_of('ver') ~= ARGV[2] then
    return { 'STALE' }
end
if value_of('epoch') ~= ARGV[3] then
    return { 'CHANGED' }
end
local run = value_of('run')
if run then
    tell_end(run)
    tell(value_of('at') or '', 'cancel', run)
end
tell_all('feeders', 'feed')
for i = 1, #KEYS do
    call('UNLINK', KEYS[i])
end
return { 'OK' }
