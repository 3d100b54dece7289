local S = KEYS[1]
local M = KEYS[2]
local T = KEYS[4]
local I = KEYS[5]
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
local function waiters()
    local live = {}
    for token, replica, ends in string.gmatch(call('HGET', S, 'wait') or '', '([^,@]+)@([^,=]+)=(%d+)') do
        if tonumber(ends) > now then
            live[#live + 1] = { token = token, replica = replica, ends = ends }
        end
    end
    return live
end
local function write_waiters(live)
    local written = {}
    for i, waiter in ipairs(live) do
        written[i] = waiter.token .. '@' .. waiter.replica .. '=' .. waiter.ends
    end
    if #written == 0 then
        call('HDEL', S, 'wait')
    else
        call('HSET', S, 'wait', table.concat(written, ','))
    end
end
local function stand_in_line(token, replica, ends, most)
    local live, place = waiters(), nil
    for i, waiter in ipairs(live) do
        if waiter.token == token then
            place = i
            waiter.ends = string.format('%.0f', ends)
        end
    end
    if not place and #live < most then
        place = #live + 1
        live[place] = { token = token, replica = replica, ends = string.format('%.0f', ends) }
    end
    write_waiters(live)
    return place
end
local function leave_line(token)
    local rest = {}
    for _, waiter in ipairs(waiters()) do
        if waiter.token ~= token then
            rest[#rest + 1] = waiter
        end
    end
    write_waiters(rest)
    return rest
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
local function range_at(n)
    local found = call('ZRANGEBYSCORE', X, n, '+inf', 'LIMIT', 0, 1)[1]
    if found then
        local first, last = bounds(found)
        if first <= n then
            return first, last
        end
    end
end
local function range_below(n)
    local found = call('ZREVRANGEBYSCORE', X, n, '-inf', 'LIMIT', 0, 1)[1]
    if found then
        return bounds(found)
    end
    return 0, 0
end
local function is_there(value)
    return value and string.byte(value) ~= 126
end
local function scan(from, to, visit)
    local step = from <= to and 1 or -1
    local size = 4
    while (to - from) * step >= 0 do
        local fields = {}
        local stop = from + (size - 1) * step
        if (to - stop) * step < 0 then
            stop = to
        end
        for n = from, stop, step do
            fields[#fields + 1] = n
        end
        local values = call('HMGET', M, unpack(fields))
        for i = 1, #fields do
            if is_there(values[i]) and visit(fields[i], values[i]) then
                return true
            end
        end
        from = stop + step
        size = math.min(size * 2, 128)
    end
end
local function walk_back(from, all, visit)
    if from < 1 then
        return
    end
    if all then
        return scan(from, 1, visit)
    end
    local first = range_at(from)
    local high = first and first - 1 or from
    while high >= 1 do
        local below, last = range_below(high)
        if last < high and scan(high, last + 1, visit) then
            return true
        end
        high = below - 1
    end
end
local function newest(from)
    local number_found, value_found
    walk_back(from, false, function(n, value)
        number_found, value_found = n, value
        return true
    end)
    return number_found, value_found
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
local B = KEYS[6]
local function put_images(from, to)
    local added = {}
    for i = from, to, 2 do
        if call('HSETNX', B, ARGV[i], ARGV[i + 1]) == 1 then
            add('bytes', #ARGV[i + 1])
            added[#added + 1] = ARGV[i]
        end
    end
    return added
end
local function is_full(messages, bytes, most_messages, most_bytes)
    return number('cnt') + messages > tonumber(most_messages) or number('bytes') + bytes > tonumber(most_bytes)
end
local function take_out(n)
    local first, last = range_at(n)
    if first then
        call('ZREM', X, first .. '-' .. last)
        if first < n then
            call('ZADD', X, n - 1, first .. '-' .. (n - 1))
        end
    end
end
local function cut(p, last)
    local messages, tokens = 0, 0
    walk_back(last, false, function(n, value)
        if n <= p then
            return true
        end
        local _, _, length = head(value)
        messages = messages + 1
        tokens = tokens + length
    end)
    if messages == 0 then
        return
    end
    local swallowed = call('ZRANGEBYSCORE', X, p + 1, last)
    for _, range in ipairs(swallowed) do
        call('ZREM', X, range)
    end
    local range = (p + 1) .. '-' .. last
    call('ZADD', X, last, range)
    count(-messages, -tokens, 0, 0)
    call('HSET', S, 'undo', range .. '|' .. messages .. '|' .. tokens .. '|' .. table.concat(swallowed, ','))
end
local function cut_after(p)
    cut(p, number('seq'))
end
local function read_turn(value)
    local state, epoch, input, own, reply, stored, restored, n, ended, json = string.match(value,
        '^%d+|(%a)|(%d+)|(%d+)|(%d)|(%d+)|(%d)|(%d)|(%d+)|(%d+)|(.*)$')
    return { state = state, epoch = tonumber(epoch), input = tonumber(input), own = own ~= '0',
        revived = own == '2', reply = tonumber(reply), stored = stored, restored = restored, n = tonumber(n),
        ended = tonumber(ended), json = json }
end
local function write_turn(id, turn)
    local own = turn.revived and '2' or (turn.own and '1' or '0')
    local value = table.concat({ '1', turn.state, turn.epoch, turn.input, own, turn.reply, turn.stored, turn.restored,
        turn.n, turn.ended, turn.json }, '|')
    call('HSET', T, id, value)
    return value
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
local function heal()
    local run = call('HGET', S, 'run')
    local value = run and call('HGET', T, run)
    if run and not (value and read_turn(value).state == 'R') then
        stop_running()
    end
end
local function revivable()
    local last = call('HGET', T, '#' .. number('turns'))
    local value = last and call('HGET', T, last)
    local turn = value and read_turn(value)
    if not turn or turn.state == 'R' or turn.restored ~= '1' or not turn.own or not range_at(turn.input)
            or turn.epoch <= number('chose') then
        return
    end
    local input = call('HGET', M, turn.input)
    if not is_there(input) or scan(turn.reply, number('seq'), function() return true end) then
        return
    end
    local _, _, _, before = head(input)
    if before == 0 or (is_there(call('HGET', M, before)) and not range_at(before)) then
        return turn, before
    end
end
local function last_input(from)
    local input
    walk_back(from, false, function(n, value)
        if head(value) ~= 'A' then
            input = n
            return true
        end
    end)
    return input
end
local function repetition(turn)
    if (turn.state ~= 'F' and turn.state ~= 'I') or turn.stored ~= '0' then
        return 'known'
    end
    if (turn.restored == '0' or turn.own) and newest(number('seq')) == turn.input then
        return 'stands'
    end
    if turn.restored == '1' and not turn.own then
        local moved_on = turn.epoch <= number('chose') or last_input(number('seq')) ~= turn.input
                or newest(number('seq')) > turn.reply
        return moved_on and 'known' or 'afresh'
    end
    local failed = turn.own and revivable()
    return failed and failed.input == turn.input and 'revive' or 'known'
end
local function irreplaceable(n)
    local value = call('HGET', M, n)
    if not is_there(value) then
        return 'NO_MESSAGE'
    end
    if head(value) ~= 'U' or range_at(n) then
        return 'NOT_REPLACEABLE'
    end
end
local function session()
    return call('HMGET', S, 'owner', 'set', 'ver', 'cre', 'upd', 'run', 'n', 'tok')
end
local function index_is_short()
    local indexed = call('HGET', S, 'own')
    if indexed == 'always' then
        return 0
    end
    local life = tonumber(call('HGET', S, 'ret') or '')
    return (life and now + life <= tonumber(indexed or 0)) and 0 or 1
end
local function history(from, plan, most_messages, most_tokens, above)
    local oldest, beside = string.match(plan, '^(%d+):?(%d*)$')
    oldest, beside = tonumber(oldest or 0), tonumber(beside or '') or 0
    if oldest > from or (oldest > 0 and range_at(oldest)) then
        oldest, beside = 0, 0
    end
    if oldest > 0 then
        most_messages = 0
    end
    local items, messages, tokens, complete, enough = {}, 0, 0, 1, false
    local function take(length)
        messages = messages + 1
        tokens = tokens + length
        enough = (most_messages > 0 and messages >= most_messages) or (most_tokens > 0 and tokens >= most_tokens)
    end
    if above then
        take(above)
    end
    walk_back(from, false, function(n, value)
        if enough or n < oldest then
            complete = 0
            return true
        end
        items[#items + 1] = n
        items[#items + 1] = value
        local _, _, length = head(value)
        take(length)
    end)
    local input = beside > 0 and beside < oldest and not range_at(beside) and call('HGET', M, beside)
    if not is_there(input) then
        return items, complete, oldest
    end
    items[#items + 1] = beside
    items[#items + 1] = input
    return items, complete, oldest .. ':' .. beside
end
local SUMMARIES = KEYS[7]
local function summarised(top)
    local live = {}
    for _, field in ipairs(call('HKEYS', SUMMARIES)) do
        local n = tonumber(field)
        if n and n <= (top or n) and not range_at(n) then
            live[#live + 1] = n
        end
    end
    table.sort(live)
    return live
end
local function summaries(top)
    local live, used, found = summarised(top), number('sum'), {}
    for i, n in ipairs(live) do
        if n == used or i == #live then
            found[#found + 1] = call('HGET', SUMMARIES, n)
        end
    end
    return found
end
local function context(top)
    return { call('HGET', S, 'ctx') or '', number('planV'), summaries(top) }
end
local function opening(id, oldest, messages, tokens)
    local value = call('HGET', T, id)
    local turn = read_turn(value)
    local plan
    if oldest == '' then
        plan = call('HMGET', S, 'planF', 'planN', 'planT')
    else
        plan = { oldest, messages, tokens }
    end
    local items, complete, first = history(turn.input, plan[1] or '0', tonumber(plan[2] or 0), tonumber(plan[3] or 0))
    plan[1] = first
    return { 'OPENED', id, value, session(), plan, complete, index_is_short(), items, context() }
end
local DAY = 86400000
local function remember(key, record)
    local place = call('HINCRBY', I, 'tail', 1)
    call('HSET', I, '#' .. place, key, key, (now + DAY) .. '|' .. place .. '|' .. record)
end
local function forget_old()
    local place = tonumber(call('HGET', I, 'head') or 1)
    local tail = tonumber(call('HGET', I, 'tail') or 0)
    local start = place
    while place <= tail and place < start + 20 do
        local key = call('HGET', I, '#' .. place)
        if key then
            local expiry, own_place = string.match(call('HGET', I, key) or '', '^(%d+)|(%d+)|')
            if tonumber(own_place or 0) == place then
                if tonumber(expiry) > now then
                    break
                end
                call('HDEL', I, key)
            end
            call('HDEL', I, '#' .. place)
        end
        place = place + 1
    end
    if place > start then
        call('HSET', I, 'head', place)
    end
end
local function recall(key)
    local expiry, record = string.match(call('HGET', I, key) or '', '^(%d+)|%d+|(.*)$')
    if expiry and tonumber(expiry) > now then
        return record
    end
end
local function known(key, fingerprint, kind)
    if key == '' then
        return nil, false
    end
    local record = recall(key)
    if not record then
        return nil, false
    end
    local print, stored_kind, value = string.match(record, '^(%x+)|(%a)|(.*)$')
    if print ~= fingerprint or stored_kind ~= kind then
        return nil, true
    end
    return value, false
end
-- Opens a turn. ARGV: owner, turn, time, idempotency key or '', fingerprint, kind of input (say, stands, again, instead),
-- replaced number, message or '', turn JSON, plan (oldest or '' for the stored one, messages, tokens), most messages,
-- most bytes, lease, replica, what the request chose as JSON or '', waiter, '' for none or '*' for one who overtakes those, how long it is believed to wait, most waiters,
-- then images.
local IMAGES = 21
local owner, id, at, key, fingerprint, kind, replaced, message, json, oldest, most_read, most_tokens, most_messages, most_bytes, lease,
    replica, choices, waiting, waits, most_waiters = unpack(ARGV, 1, 20)

local function opened()
    return opening(id, oldest, most_read, most_tokens)
end

-- Makes a superseded input the newest message again, after the live one it was written after.
local function revive(n, before)
    take_out(n)
    cut(before, n - 1)
    local _, _, tokens = head(call('HGET', M, n))
    count(1, tokens, 0, 0)
end

if not allowed(owner) then
    return { 'NO_SESSION' }
end
if call('HEXISTS', I, 'u:' .. id) == 1 then
    return { 'UNDONE' }
end
local repeated = call('HGET', T, id)
if repeated then
    if call('HGET', S, 'run') == id then
        return opened()
    end
    return { 'KNOWN', id, repeated }
end
forget_old()
heal()

local seq = number('seq')
local failed, before_failed = revivable()
local earlier, misused = known(key, fingerprint, 't')
if misused then
    return { 'REUSED' }
end
if earlier then
    local value = call('HGET', T, earlier)
    if value then
        local turn = read_turn(value)
        local what = repetition(turn)
        if what == 'known' then
            if call('HGET', S, 'run') == earlier then
                -- Another request waits for this turn now: undoing its opening must not take it away.
                call('HSET', S, 'joined', earlier)
            end
            return { 'KNOWN', earlier, value }
        end
        kind = what == 'afresh' and kind or what
        failed = what ~= 'afresh' and failed or nil
    else
        earlier = nil
    end
end
if kind == 'again' and failed then
    kind = 'revive'
end

local says = kind == 'say' or kind == 'instead'
if says then
    local bytes = #message
    for i = IMAGES + 1, #ARGV, 2 do
        bytes = bytes + #ARGV[i]
    end
    if is_full(1, bytes, most_messages, most_bytes) then
        return { 'FULL' }
    end
end
if kind == 'instead' then
    local reason = irreplaceable(tonumber(replaced))
    if reason then
        return { reason }
    end
end

local run = call('HGET', S, 'run')
if run and number('lease') <= now then
    return { 'DEAD', run, call('HGET', T, run) }
end
if waiting ~= '' and waiting ~= '*' then
    local place = stand_in_line(waiting, replica, now + tonumber(waits), tonumber(most_waiters))
    if not place then
        return { 'CROWDED', run or '' }
    end
    if run or place > 1 then
        return { 'RUNNING', run or '', '' }
    end
    leave_line(waiting)
elseif run or (waiting == '' and #waiters() > 0) then
    return { 'RUNNING', run or '', call('HGET', S, 'set') }
end

local input
if kind == 'instead' then
    cut_after(newest(tonumber(replaced) - 1) or 0)
elseif kind == 'stands' then
    local last, value = newest(seq)
    if not last or head(value) == 'A' then
        return { 'NOTHING' }
    end
    input = last
elseif kind == 'revive' then
    input = failed.input
    revive(input, before_failed)
elseif kind == 'again' then
    input = last_input(seq)
    if not input then
        return { 'NOTHING' }
    end
    cut_after(input)
end

if says then
    local before = newest(seq) or 0
    seq = seq + 1
    input = seq
    put(input, before, message)
    local added = put_images(IMAGES, #ARGV)
    if #added > 0 then
        call('HSET', S, 'added', table.concat(added, ','))
    end
end
local reply = seq + 1
local epoch = call('HINCRBY', S, 'epoch', 1)
local n = call('HINCRBY', S, 'turns', 1)
write_turn(id, { state = 'R', epoch = epoch, input = input, own = says, revived = kind == 'revive', reply = reply,
    stored = '0', restored = '0', n = n, ended = 0, json = (call('HGET', S, 'def') or '{}') .. '\n' .. json })
call('HSET', T, '#' .. n, id)
call('HSET', S, 'seq', reply, 'run', id, 'lease', now + tonumber(lease), 'upd', at)
call('HSET', S, 'at', replica, 'again', choices)
call('HDEL', S, 'cancel', 'restarts', 'watch', 'taker')
if key ~= '' then
    if earlier then
        -- Undoing this opening gives the key back to the turn it stood for.
        call('HSET', S, 'former', earlier)
    end
    remember(key, fingerprint .. '|t|' .. id)
end
news('started', id, input)
keep()
return opened()
