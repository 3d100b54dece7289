-- Ends a turn. KEYS[9]: its log. ARGV: turn, epoch, state, time, reply or '', turn JSON, plan (oldest or '' to leave it,
-- messages, tokens), usage (input, cached, written, output, reasoning), cost in 10^-12 or '', currency, most life of the log,
-- state of the context, last message that the summary in use covers or '0', version that these belong to, then the first id, the last id
-- and the JSON of each entry of the log. Answers PART and an id, and changes nothing else, if the log holds an entry up to that event only.
local id, epoch, state, at, reply, json, oldest, most_read, most_tokens = unpack(ARGV, 1, 9)
local most_life, state_of_context, summary, version = unpack(ARGV, 17, 20)
local log = KEYS[9]
read_fields({ 'owner', 'run', 'ret', 'planV', 'n', 'tok', 'cnt', 'bytes', 'uin', 'ucached', 'uwritten', 'uout', 'ureason',
    'cost:' .. ARGV[16], 'watch', 'wait', 'feed' })
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
if value_of('run') ~= id or turn.epoch ~= tonumber(epoch) then
    return { 'LOST', value }
end
local in_part, failure = append_entries(log, 21)
if failure then
    return failure
end
if in_part > 0 then
    return { 'PART', in_part }
end

local changes, ordinary = {}, true
if reply ~= '' then
    changes = store(turn.reply, turn.input, reply)
    turn.stored = '1'
elseif uncut() then
    ordinary = false
    turn.restored = '1'
    if turn.own then
        local _, _, tokens = head(call('HGET', M, turn.input))
        count(-1, -tokens, 0, 0)
        supersede(turn.input, turn.reply)
    end
end
add_spending(changes, 10, 'u', 'cost:')

turn.state = state
turn.ended = now
turn.json = turn.json .. '\n' .. json
local stored = write_turn(id, turn)
-- Settings that were changed meanwhile have made a plan of their own, and what came back was there before this turn.
if oldest ~= '' and turn.restored ~= '1' and number('planV') == tonumber(version) then
    write_fields('planF', oldest, 'planN', most_read, 'planT', most_tokens, 'ctx', state_of_context, 'sum', summary, 'upd', at,
        unpack(sums(changes)))
else
    write_fields('upd', at, unpack(sums(changes)))
end
stop_running()
news('ended', id, state, turn.stored == '1' and turn.reply or 0)
local life, most = lifetime(), tonumber(most_life)
call('PEXPIRE', log, math.min(life or most, most))
if ordinary then
    keep_on()
else
    keep()
end
return { 'STORED', stored }
