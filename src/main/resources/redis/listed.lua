-- Notes what lists show of the settings, if those are still the ones that it was made of. ARGV: version of the settings, what is shown.
if allowed('*') and call('HGET', S, 'ver') == ARGV[1] then
    call('HSET', S, 'lst', ARGV[2], 'lstV', ARGV[1])
end
return { 'OK' }
