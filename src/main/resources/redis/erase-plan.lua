-- What is to be erased with a session. ARGV: owner, version or ''.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
if ARGV[2] ~= '' and value_of('ver') ~= ARGV[2] then
    return { 'STALE' }
end
-- Logs live an hour after the end of their turn: only the newest turns can have one.
local turns = {}
for n = number('turns'), 1, -1 do
    local id = call('HGET', T, '#' .. n)
    local value = id and call('HGET', T, id)
    if value then
        local turn = read_turn(value)
        if turn.state ~= 'R' and turn.ended + HOUR + 60000 < now then
            break
        end
        turns[#turns + 1] = id
    end
end
return { 'OK', value_of('epoch'), value_of('idem') or '', turns }
