-- Ends a turn. KEYS[9]: its log. ARGV: turn, epoch, state, time, reply or '', turn JSON, plan (oldest or '' to leave it,
-- messages, tokens), usage (input, cached, written, output, reasoning), cost in 10^-12 or '', currency, most life of the log,
-- state of the context, last message that the summary in use covers or '0', version that these belong to, then events.
local id, epoch, state, at, reply, json, oldest, most_read, most_tokens = unpack(ARGV, 1, 9)
local most_life, state_of_context, summary, version = unpack(ARGV, 17, 20)
if not allowed('*') then
    return { 'GONE' }
end
local value = call('HGET', T, id)
if not value then
    return { 'GONE' }
end
local turn = read_turn(value)
if turn.state ~= 'R' then
    return { (turn.epoch == tonumber(epoch) and turn.state == state) and 'STORED' or 'LOST', value }
end
if call('HGET', S, 'run') ~= id or turn.epoch ~= tonumber(epoch) then
    return { 'LOST', value }
end

spend(10, false)

if reply ~= '' then
    put(turn.reply, turn.input, reply)
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
turn.json = turn.json .. '\n' .. json
local stored = write_turn(id, turn)
-- Settings that were changed meanwhile have made a plan of their own, and what came back was there before this turn.
if oldest ~= '' and turn.restored ~= '1' and number('planV') == tonumber(version) then
    call('HSET', S, 'planF', oldest, 'planN', most_read, 'planT', most_tokens, 'ctx', state_of_context, 'sum', summary)
end
call('HSET', S, 'upd', at)
stop_running()
news('ended', id, state, turn.stored == '1' and turn.reply or 0)
write_log(21, tonumber(most_life))
keep()
return { 'STORED', stored }
