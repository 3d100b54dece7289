-- One turn. ARGV: owner, turn, '1' to ask for its cancellation.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local value = call('HGET', T, ARGV[2])
if not value then
    return { 'NO_TURN' }
end
if ARGV[3] == '1' and call('HGET', S, 'run') == ARGV[2] then
    call('HSET', S, 'cancel', '1')
end
return { 'TURN', value }
