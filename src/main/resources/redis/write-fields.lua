-- Writes fields of a session while one of its fields still has a value. KEYS[1]: the session. ARGV: that field, its value, then pairs of
-- field and value.
if call('HGET', S, ARGV[1]) ~= ARGV[2] then
    return { 'STALE' }
end
call('HSET', S, unpack(ARGV, 3))
return { 'OK' }
