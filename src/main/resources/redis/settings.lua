-- Writes settings if their version is still the one that was read. ARGV: owner, version, time, settings, defaults of
-- turns, retention in ms or '', plan (oldest or '' to leave it, messages, tokens), the settings that lists show.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local version = value_of('ver')
if tonumber(version) == tonumber(ARGV[2]) + 1 and value_of('set') == ARGV[4] then
    return { 'OK', index_is_short(), session() }
end
if version ~= ARGV[2] then
    return { 'STALE' }
end
write_fields('set', ARGV[4], 'def', ARGV[5], 'ret', ARGV[6], 'upd', ARGV[3])
if ARGV[7] ~= '' then
    write_fields('planF', ARGV[7], 'planN', ARGV[8], 'planT', ARGV[9])
    increase('planV', 1)
end
write_fields('lst', ARGV[10], 'lstV', increase('ver', 1))
-- The log of a running turn gets the new lifetime with the next batch.
remove_fields('kept')
news('session')
keep()
return { 'OK', index_is_short(), session() }
