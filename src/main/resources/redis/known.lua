-- The turn that an idempotency key stands for, if repeating its request would not run it again. ARGV: owner, idempotency key,
-- fingerprint.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local id, misused = known(ARGV[2], ARGV[3], 't')
if misused then
    return { 'REUSED' }
end
local value = id and call('HGET', T, id)
if not value then
    return { 'NONE' }
end
local turn = read_turn(value)
if (turn.state == 'F' or turn.state == 'I') and turn.stored == '0' then
    return { 'NONE' }
end
if call('HGET', S, 'run') == id then
    -- Somebody waits for this turn now: undoing its opening must not take it away.
    call('HSET', S, 'joined', id)
end
return { 'KNOWN', id, value }
