local S = KEYS[1]
local M = KEYS[2]
local T = KEYS[4]
local call = redis.call
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function number(field)
    return tonumber(call('HGET', S, field) or 0)
end
local function allowed(owner)
    local stored = call('HGET', S, 'owner')
    return stored and (owner == '*' or owner == '=' .. stored)
end
local function expire(key, life)
    if life then
        call('PEXPIRE', key, life)
    else
        call('PERSIST', key)
    end
end
local HOUR = 3600000
local function lifetime()
    local life = tonumber(call('HGET', S, 'ret') or '')
    if life and life < HOUR and call('HEXISTS', S, 'run') == 1 then
        life = HOUR
    end
    return life
end
local function keep()
    local life = lifetime()
    for i = 1, 8 do
        expire(KEYS[i], life)
    end
end
local function tell(replica, kind, turn)
    redis.pcall('PUBLISH', 'parley:replica:' .. replica, kind .. ' ' .. string.match(S, '[^:]*$') .. ' ' .. (turn or ''))
end
local function tell_each(listed, kind, turn)
    local told = false
    for replica, ends in string.gmatch(listed or '', '([^,=]+)=(%d+)') do
        if tonumber(ends) > now then
            told = true
            if kind then
                tell(replica, kind, turn)
            end
        end
    end
    return told
end
local function tell_all(field, kind, turn)
    return tell_each(call('HGET', S, field), kind, turn)
end
local FEED_KEPT = 64
local function news(...)
    if number('feed') > now then
        local n = call('HINCRBY', S, 'feedN', 1)
        call('HSET', S, 'f:' .. n, table.concat({ ... }, ' '))
        call('HDEL', S, 'f:' .. (n - FEED_KEPT))
        tell_all('feeders', 'feed')
    end
end
local function head(value)
    local before, role, version, tokens = string.match(value, '^%d+|(%d+)|(%a)|(%d+)|(%d+)|')
    return role, tonumber(version), tonumber(tokens), tonumber(before)
end
local X = KEYS[3]
local function bounds(member)
    local first, last = string.match(member, '^(%d+)%-(%d+)$')
    return tonumber(first), tonumber(last)
end
local function range_below(n)
    local found = call('ZREVRANGEBYSCORE', X, n, '-inf', 'LIMIT', 0, 1)[1]
    if found then
        return bounds(found)
    end
    return 0, 0
end
local function supersede(first, last)
    local below, touching = range_below(first - 1)
    if touching == first - 1 and below > 0 then
        call('ZREM', X, below .. '-' .. touching)
        first = below
    end
    call('ZADD', X, last, first .. '-' .. last)
end
local function add(field, amount)
    local answer = redis.pcall('HINCRBY', S, field, amount)
    if type(answer) == 'table' and answer.err then
        call('HSET', S, field, '9223372036854775807')
    end
end
local function count(live, tokens, stored, bytes)
    for field, change in pairs({ n = live, tok = tokens, cnt = stored, bytes = bytes }) do
        if change ~= 0 then
            add(field, change)
        end
    end
end
local function put(n, before, rest)
    local value = '1|' .. before .. '|' .. rest
    call('HSET', M, n, value)
    local _, _, tokens = head(value)
    count(1, tokens, 1, #value)
end
local function uncut()
    local note = call('HGET', S, 'undo')
    if not note then
        return false
    end
    local range, messages, tokens, swallowed = string.match(note, '^([^|]*)|(%d+)|(%d+)|(.*)$')
    call('ZREM', X, range)
    for member in string.gmatch(swallowed, '[^,]+') do
        local _, last = bounds(member)
        call('ZADD', X, last, member)
    end
    count(tonumber(messages), tonumber(tokens), 0, 0)
    call('HDEL', S, 'undo')
    return true
end
local function read_turn(value)
    local state, epoch, input, own, reply, stored, restored, n, ended, json = string.match(value,
        '^%d+|(%a)|(%d+)|(%d+)|(%d)|(%d+)|(%d)|(%d)|(%d+)|(%d+)|(.*)$')
    return { state = state, epoch = tonumber(epoch), input = tonumber(input), own = own ~= '0',
        revived = own == '2', reply = tonumber(reply), stored = stored, restored = restored, n = tonumber(n),
        ended = tonumber(ended), json = json }
end
local function waiters()
    local live = {}
    for token, replica, ends in string.gmatch(call('HGET', S, 'wait') or '', '([^,@]+)@([^,=]+)=(%d+)') do
        if tonumber(ends) > now then
            live[#live + 1] = { token = token, replica = replica, ends = ends }
        end
    end
    return live
end
local function tell_end(run)
    tell_all('watch', 'over', run)
    for _, waiter in ipairs(waiters()) do
        tell(waiter.replica, 'free')
    end
end
local function stop_running()
    tell_end(call('HGET', S, 'run') or '')
    call('HDEL', S, 'run', 'lease', 'cancel', 'undo', 'joined', 'added', 'taker', 'former', 'at', 'watch', 'again', 'restarts',
        'kept')
end
local function write_turn(id, turn)
    local own = turn.revived and '2' or (turn.own and '1' or '0')
    local value = table.concat({ '1', turn.state, turn.epoch, turn.input, own, turn.reply, turn.stored, turn.restored,
        turn.n, turn.ended, turn.json }, '|')
    call('HSET', T, id, value)
    return value
end
local LOG_ENTRIES = 20000
local ENTRY_BYTES = 8192
local function write_log(from, most)
    local log = KEYS[9]
    local top = call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
    local stored = top and tonumber(top[2][2]) or 0
    local first, last, events, bytes = nil, nil, {}, 0
    for i = from, #ARGV, 2 do
        if tonumber(ARGV[i]) > stored then
            first, last, bytes = first or ARGV[i], ARGV[i], bytes + #ARGV[i + 1]
            events[#events + 1] = ARGV[i + 1]
        end
        if first and (bytes >= ENTRY_BYTES or i + 2 > #ARGV) then
            call('XADD', log, 'MAXLEN', LOG_ENTRIES, first .. '-0', 'l', last, 'e', '[' .. table.concat(events, ',') .. ']')
            first, events, bytes = nil, {}, 0
        end
    end
    local life = lifetime()
    expire(log, most and math.min(life or most, most) or life)
end
local function spend(from, beside)
    for i, field in ipairs({ 'in', 'cached', 'written', 'out', 'reason' }) do
        if ARGV[from + i - 1] ~= '0' then
            add('u' .. field, ARGV[from + i - 1])
            if beside then
                add('x' .. field, ARGV[from + i - 1])
            end
        end
    end
    if ARGV[from + 5] ~= '' then
        add('cost:' .. ARGV[from + 6], ARGV[from + 5])
        if beside then
            add('xcost:' .. ARGV[from + 6], ARGV[from + 5])
        end
    end
end
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
