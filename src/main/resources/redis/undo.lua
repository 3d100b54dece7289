-- Undoes an opening whose outcome is not known, and keeps the turn from ever being opened. KEYS[9]: its log.
-- ARGV: owner, turn, idempotency key or ''.
local id, key = ARGV[2], ARGV[3]
if not allowed(ARGV[1]) or call('HEXISTS', I, 'u:' .. id) == 1 then
    return { 'OK' }
end
remember('u:' .. id, '')
local value = call('HGET', T, id)
if not value then
    keep()
    return { 'OK' }
end

local turn = read_turn(value)
local running = value_of('run') == id
local former = running and value_of('former')
local superseded = range_at(turn.input)
-- One that has been settled meanwhile goes too, unless the conversation went on after it, another version was chosen, or a later turn may
-- answer its input.
local last = number('turns') == turn.n and not value_of('run')
if not running and (not last or turn.stored == '1' or not turn.own
        or turn.revived or turn.epoch <= number('chose') or (not superseded and newest(number('seq')) ~= turn.input)) then
    keep()
    return { 'OK' }
end
-- One that a repetition of its request waits for ends with its lease, and the key lets it run again.
if running and value_of('joined') == id then
    keep()
    return { 'OK' }
end

if turn.own and not turn.revived then
    local message = call('HGET', M, turn.input)
    if is_there(message) then
        local _, _, tokens = head(message)
        call('HDEL', M, turn.input)
        count(superseded and 0 or -1, superseded and 0 or -tokens, -1, -#message)
    end
end
if running then
    uncut()
    if turn.revived then
        local _, _, tokens = head(call('HGET', M, turn.input))
        count(-1, -tokens, 0, 0)
        supersede(turn.input, turn.reply)
    end
    -- While it ran nobody else could come to need them.
    for hash in string.gmatch(value_of('added') or '', '[^,]+') do
        add('bytes', -call('HSTRLEN', B, hash))
        call('HDEL', B, hash)
    end
    stop_running()
    news('ended', id, 'F', 0)
end
call('HDEL', T, id, '#' .. turn.n)
if number('turns') == turn.n then
    increase('turns', -1)
end
if key ~= '' and string.match(recall(key) or '', '|t|(.*)$') == id then
    if former then
        remember(key, string.match(recall(key), '^(%x+)|') .. '|t|' .. former)
    else
        call('HDEL', I, key)
    end
end
call('UNLINK', KEYS[9])
keep()
return { 'OK' }
