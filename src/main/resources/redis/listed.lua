-- Stores the settings that lists show, if the settings still have the same version. ARGV: version of the settings, shown settings.
if allowed('*') and call('HGET', S, 'ver') == ARGV[1] then
    call('HSET', S, 'lst', ARGV[2], 'lstV', ARGV[1])
end
return { 'OK' }
