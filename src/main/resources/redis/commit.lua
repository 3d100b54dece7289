-- Ends a turn. KEYS[9]: its log. ARGV: turn, epoch, state, time, reply or '', turn JSON, plan (oldest or '' to leave it,
-- messages, tokens), usage (input, cached, written, output, reasoning), cost in 10^-12 or '', currency, most life of the log,
-- state of the context, last message that the summary in use covers or '0', version that these belong to, then the first id, the last id
-- and the JSON of each entry of the log. Answers PART and an id, and changes nothing else, if the log holds an entry up to that event only.
local id, epoch, state, at, reply, json, oldest, most_read, most_tokens = unpack(ARGV, 1, 9)
local most_life, state_of_context, summary, version = unpack(ARGV, 17, 20)
local log = KEYS[9]
-- The ordinary end: a reply, no replica and no client that is to be told, exact sums. It comes before all functions, because Redis makes
-- each function of a script anew at each call, and decides as the rest of the script does.
do
    local key, turns, do_call = KEYS[1], KEYS[4], redis.call
    local told = reply ~= '' and do_call('HGET', turns, id)
    local turn_epoch, input, own, place, nth, lines = string.match(told or '',
        '^1|R|(%d+)|(%d+)|(%d)|(%d+)|0|0|(%d+)|0|(.*)$')
    if turn_epoch == epoch then
        local said = '1|' .. input .. '|' .. reply
        local names = { 'owner', 'run', 'ret', 'planV', 'watch', 'wait', 'feed', 'n', 'tok', 'cnt', 'bytes' }
        local amounts = { 1, string.match(reply, '^%a|%d+|(%d+)|'), 1, #said }
        local used = { 'uin', 'ucached', 'uwritten', 'uout', 'ureason' }
        for i = 1, 5 do
            if ARGV[9 + i] ~= '0' then
                names[#names + 1] = used[i]
                amounts[#amounts + 1] = ARGV[9 + i]
            end
        end
        if ARGV[15] ~= '' then
            names[#names + 1] = 'cost:' .. ARGV[16]
            amounts[#amounts + 1] = ARGV[15]
        end
        local values = do_call('HMGET', key, unpack(names))
        local clock = do_call('TIME')
        local millis = clock[1] * 1000 + math.floor(clock[2] / 1000)
        local is_ordinary = values[1] and values[2] == id and not values[5] and not values[6]
            and tonumber(values[7] or 0) <= millis
        local fields = { 'upd', at }
        for i = 1, #amounts do
            local sum = (tonumber(values[7 + i] or 0) or 9007199254740992) + amounts[i]
            is_ordinary = is_ordinary and sum < 9007199254740992
            fields[2 * i + 1] = names[7 + i]
            fields[2 * i + 2] = is_ordinary and string.format('%d', sum)
        end
        for i = 21, #ARGV, 3 do
            is_ordinary = is_ordinary and type(redis.pcall('XADD', log, 'MAXLEN', '20000', ARGV[i] .. '-0', 'l', ARGV[i + 1],
                'e', ARGV[i + 2])) ~= 'table'
        end
        if is_ordinary then
            local ended = '1|' .. state .. '|' .. epoch .. '|' .. input .. '|' .. own .. '|' .. place .. '|1|0|' .. nth .. '|'
                .. string.format('%d', millis) .. '|' .. lines .. '\n' .. json
            do_call('HSET', KEYS[2], place, said)
            do_call('HSET', turns, id, ended)
            if oldest ~= '' and tonumber(values[4] or 0) == tonumber(version) then
                do_call('HSET', key, 'planF', oldest, 'planN', most_read, 'planT', most_tokens, 'ctx', state_of_context, 'sum',
                    summary, unpack(fields))
            else
                do_call('HSET', key, unpack(fields))
            end
            do_call('HDEL', key, 'run', 'lease', 'cancel', 'undo', 'joined', 'added', 'taker', 'former', 'at', 'watch', 'again',
                'restarts', 'kept')
            local life, left = tonumber(values[3] or ''), do_call('PTTL', key)
            do_call('PEXPIRE', log, math.min(life or tonumber(most_life), tonumber(most_life)))
            local spare = life and math.floor(math.min(life / 1000, 3600000))
            if life and (left < life or left > life + spare) or (not life and left ~= -1) then
                for i = 1, 8 do
                    if life then
                        do_call('PEXPIRE', KEYS[i], life + spare)
                    else
                        do_call('PERSIST', KEYS[i])
                    end
                end
            end
            return { 'STORED', ended }
        end
    end
end
-- Here stands the library.
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
