-- Writes settings if their version is still the one that was read. ARGV: owner, version, time, settings, defaults of
-- turns, retention in ms or '', plan (oldest or '' to leave it, messages, tokens), the settings that lists show.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local version = call('HGET', S, 'ver')
if tonumber(version) == tonumber(ARGV[2]) + 1 and call('HGET', S, 'set') == ARGV[4] then
    return { 'OK', index_is_short(), session() }
end
if version ~= ARGV[2] then
    return { 'STALE' }
end
call('HSET', S, 'set', ARGV[4], 'def', ARGV[5], 'ret', ARGV[6], 'upd', ARGV[3])
if ARGV[7] ~= '' then
    call('HSET', S, 'planF', ARGV[7], 'planN', ARGV[8], 'planT', ARGV[9])
    call('HINCRBY', S, 'planV', 1)
end
call('HSET', S, 'lst', ARGV[10], 'lstV', call('HINCRBY', S, 'ver', 1))
-- The log of a running turn gets the new lifetime with the next batch.
call('HDEL', S, 'kept')
news('session')
keep()
return { 'OK', index_is_short(), session() }
