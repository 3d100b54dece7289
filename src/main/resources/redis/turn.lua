-- One turn. ARGV: owner, turn, '1' to ask for its cancellation, replica that is to be told of its end, or '', and
-- for how many milliseconds.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local value = call('HGET', T, ARGV[2])
if not value then
    return { 'NO_TURN' }
end
if ARGV[4] ~= '' and value_of('run') == ARGV[2] then
    enlist('watch', ARGV[4], tonumber(ARGV[5]))
end
if ARGV[3] == '1' and value_of('run') == ARGV[2] then
    -- First, as a Redis that is full takes no flag.
    tell(value_of('at') or '', 'cancel', ARGV[2])
    write_fields('cancel', '1')
end
return { 'TURN', value }
