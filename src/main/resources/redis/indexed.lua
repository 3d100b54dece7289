-- Notes until when the owner's index keeps the session. ARGV: 'always' or ms.
if allowed('*') then
    call('HSET', S, 'own', ARGV[1])
end
return { 'OK' }
