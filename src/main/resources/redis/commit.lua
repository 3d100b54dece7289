-- Ends a turn. KEYS[9]: its log. ARGV: turn, epoch, state, time, reply or '', turn JSON, plan (oldest or '' to leave it,
-- messages, tokens), usage (input, cached, written, output, reasoning), cost in 10^-12 or '', currency, most life of the log,
-- then events.
local id, epoch, state = ARGV[1], tonumber(ARGV[2]), ARGV[3]
if not allowed('*') then
    return { 'GONE' }
end
local value = call('HGET', T, id)
if not value then
    return { 'GONE' }
end
local turn = read_turn(value)
if turn.state ~= 'R' then
    return { (turn.epoch == epoch and turn.state == state) and 'STORED' or 'LOST', value }
end
if call('HGET', S, 'run') ~= id or turn.epoch ~= epoch then
    return { 'LOST', value }
end

for i, field in ipairs({ 'uin', 'ucached', 'uwritten', 'uout', 'ureason' }) do
    if ARGV[9 + i] ~= '0' then
        add(field, ARGV[9 + i])
    end
end
if ARGV[15] ~= '' then
    add('cost:' .. ARGV[16], ARGV[15])
end

if ARGV[5] ~= '' then
    put(turn.reply, turn.input, ARGV[5])
    turn.stored = '1'
elseif uncut() then
    turn.restored = '1'
    if turn.own then
        local _, _, tokens = head(call('HGET', M, turn.input))
        count(-1, -tokens, 0, 0)
        supersede(turn.input, turn.reply)
    end
end

turn.state = state
turn.ended = now
turn.json = turn.json .. '\n' .. ARGV[6]
local stored = write_turn(id, turn)
if ARGV[7] ~= '' then
    call('HSET', S, 'planF', ARGV[7], 'planN', ARGV[8], 'planT', ARGV[9])
end
call('HSET', S, 'upd', ARGV[4])
stop_running()
write_log(18, tonumber(ARGV[17]))
keep()
return { 'STORED', stored }
