-- Returns the turn of an idempotency key, if a repetition of its request would not run it again. ARGV: owner, idempotency key,
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
if repetition(read_turn(value)) ~= 'known' then
    return { 'NONE' }
end
if value_of('run') == id then
    -- A client waits for this turn now, so a process that undoes its opening must not remove the turn.
    write_fields('joined', id)
end
return { 'KNOWN', id, value }
