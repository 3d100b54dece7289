-- Stands behind core.lua and before every script of a session but log-append.
local function session()
    return call('HMGET', S, 'owner', 'set', 'ver', 'cre', 'upd', 'run', 'n', 'tok')
end

-- 1 if the owner's index would expire before the session does.
local function index_is_short()
    local indexed = call('HGET', S, 'own')
    if indexed == 'always' then
        return 0
    end
    local life = tonumber(call('HGET', S, 'ret') or '')
    return (life and now + life <= tonumber(indexed or 0)) and 0 or 1
end

-- Notes that a replica is to be told of something for so many milliseconds; noted anew once half of them have passed.
local function enlist(field, replica, listens)
    local kept = { replica .. '=' .. string.format('%.0f', now + listens) }
    for name, ends in string.gmatch(call('HGET', S, field) or '', '([^,=]+)=(%d+)') do
        if name == replica and tonumber(ends) > now + listens / 2 then
            return
        end
        if name ~= replica and tonumber(ends) > now and #kept < MOST_REPLICAS then
            kept[#kept + 1] = name .. '=' .. ends
        end
    end
    redis.pcall('HSET', S, field, table.concat(kept, ','))
end

-- Those who wait for the running turn to end, in order of their coming: <token>@<replica>=<until, ms>. One who is not heard of
-- again in time has gone.
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

-- The place of a waiter in the line, or nil if that is too long already.
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

-- Tells everybody whom the end of the running turn concerns.
local function tell_end(run)
    tell_all('watch', 'over', run)
    for _, waiter in ipairs(waiters()) do
        tell(waiter.replica, 'free')
    end
end

-- The feed of a session tells those who have it open what has changed: fields f:<number> of words, of which so many are kept. It
-- is written while somebody listens and for a while after that, so that whoever comes back soon has missed nothing.
local FEED_KEPT = 64

local function news(...)
    if number('feed') > now then
        local n = call('HINCRBY', S, 'feedN', 1)
        call('HSET', S, 'f:' .. n, table.concat({ ... }, ' '))
        call('HDEL', S, 'f:' .. (n - FEED_KEPT))
        tell_all('feeders', 'feed')
    end
end

-- Messages ------------------------------------------------------------------------------------------------------------

local function is_there(value)
    return value and string.byte(value) ~= 126
end

-- role, version, tokens, live number before it
local function head(value)
    local before, role, version, tokens = string.match(value, '^%d+|(%d+)|(%a)|(%d+)|(%d+)|')
    return role, tonumber(version), tonumber(tokens), tonumber(before)
end

-- The number before it when it was written, also of a removed message; nil if the value cannot be read.
local function before_of(value)
    return tonumber(string.match(value, '^~(%d+)|') or string.match(value, '^%d+|(%d+)|'))
end

-- The nearest stored message before a message, 0 if there is none. It passes removed messages, which it reads in chunks that grow.
-- known: by number of a message that is stored or was passed, the stored message where a way from it ends; it is completed. Or nil.
local function stored_before(value, known)
    local n, passed = before_of(value) or 0, {}
    local low, size, chunk = n + 1, 1, nil
    while n > 0 and not (known and known[n]) do
        if n < low then
            low = math.max(n - size + 1, 1)
            local fields = {}
            for each = low, n do
                fields[#fields + 1] = each
            end
            chunk, size = call('HMGET', M, unpack(fields)), math.min(size * 2, 128)
        end
        local earlier = chunk[n - low + 1]
        if is_there(earlier) then
            break
        end
        passed[#passed + 1] = n
        local further = earlier and before_of(earlier) or 0
        n = further < n and further or 0
    end
    local ends = known and known[n] or n
    if known then
        known[n] = ends
        for _, each in ipairs(passed) do
            known[each] = ends
        end
    end
    return ends
end

local function bounds(member)
    local first, last = string.match(member, '^(%d+)%-(%d+)$')
    return tonumber(first), tonumber(last)
end

-- The superseded range that holds a number, or nil.
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

local function range_above(n)
    local found = call('ZRANGEBYSCORE', X, n, '+inf', 'LIMIT', 0, 1)[1]
    if found then
        return bounds(found)
    end
end

-- Supersedes first..last, together with a range that ends just before.
local function supersede(first, last)
    local below, touching = range_below(first - 1)
    if touching == first - 1 and below > 0 then
        call('ZREM', X, below .. '-' .. touching)
        first = below
    end
    call('ZADD', X, last, first .. '-' .. last)
end

-- Visits what is stored from one number to another, in either direction, in chunks that grow; until visit returns true.
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

-- Visits messages from a number downwards; all: superseded ones too.
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

-- Visits messages from a number upwards.
local function walk_on(from, to, all, visit)
    if from > to then
        return
    end
    if all then
        return scan(from, to, visit)
    end
    local _, last = range_at(from)
    local low = last and last + 1 or from
    while low <= to do
        local first, beyond = range_above(low)
        local high = math.min(first and first - 1 or to, to)
        if low <= high and scan(low, high, visit) then
            return true
        end
        if not first then
            return
        end
        low = beyond + 1
    end
end

-- The newest live message at or below a number: its number and value, or nil.
local function newest(from)
    local number_found, value_found
    walk_back(from, false, function(n, value)
        number_found, value_found = n, value
        return true
    end)
    return number_found, value_found
end

-- Adds to a field. A sum beyond 64 bits stays at the greatest number: no sum makes a script fail half-way.
local function add(field, amount)
    local answer = redis.pcall('HINCRBY', S, field, amount)
    if type(answer) == 'table' and answer.err then
        call('HSET', S, field, '9223372036854775807')
    end
end

-- count and tokens are those of the live history, stored and bytes those of everything.
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

-- Images come as pairs of hash and value from an argument on; one the session has is not stored twice. Returns the new ones.
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

-- Superseding ---------------------------------------------------------------------------------------------------------

-- Takes a number and what follows it out of the superseded range that holds it.
local function take_out(n)
    local first, last = range_at(n)
    if first then
        call('ZREM', X, first .. '-' .. last)
        if first < n then
            call('ZADD', X, n - 1, first .. '-' .. (n - 1))
        end
    end
end

-- Supersedes all that follows a live message (0: everything) up to a number and notes how to undo it.
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

-- Brings back what the running turn superseded; true if it did supersede something.
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

-- Turns ---------------------------------------------------------------------------------------------------------------

-- Forgets all that the session notes of its running turn.
local function stop_running()
    tell_end(call('HGET', S, 'run') or '')
    call('HDEL', S, 'run', 'lease', 'cancel', 'undo', 'joined', 'added', 'taker', 'former', 'at', 'watch', 'again', 'restarts')
end

local function write_turn(id, turn)
    local own = turn.revived and '2' or (turn.own and '1' or '0')
    local value = table.concat({ '1', turn.state, turn.epoch, turn.input, own, turn.reply, turn.stored, turn.restored,
        turn.n, turn.ended, turn.json }, '|')
    call('HSET', T, id, value)
    return value
end

-- Lets go of a running turn that is not there or is over.
local function heal()
    local run = call('HGET', S, 'run')
    local value = run and call('HGET', T, run)
    if run and not (value and read_turn(value).state == 'R') then
        stop_running()
    end
end

-- What a turn answers -------------------------------------------------------------------------------------------------

-- The newest turn, if its own input was superseded as it failed and nothing has been stored or chosen since, and the live message
-- before that input; or nil.
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

-- The newest live message at or below a number that a model can answer, or nil.
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

-- What a repeated request does with the turn that its idempotency key names: 'known' returns the turn, 'stands' answers its input,
-- which is still the newest message, 'revive' answers its input, which is superseded, and 'afresh' runs a request that brings no
-- input of its own again. Once the conversation has moved on, the turn is only known: no input is stored twice.
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

-- The answer of a script that must not change this stored message now, or nil.
local function unchangeable(value)
    if not is_there(value) then
        return { 'NO_MESSAGE' }
    end
    local run = call('HGET', S, 'run')
    return run and { 'RUNNING', run } or nil
end

-- Why nothing can be said in a message's place, or nil.
local function irreplaceable(n)
    local value = call('HGET', M, n)
    if not is_there(value) then
        return 'NO_MESSAGE'
    end
    if head(value) ~= 'U' or range_at(n) then
        return 'NOT_REPLACEABLE'
    end
end

-- History by a plan: 'from' a number downwards. Returns pairs of number and value, newest first, whether that is all, and the
-- oldest number that was asked for. That one holds only while it is part of the conversation, and then in place of a number of
-- messages: it says where the history was cut. After a colon may stand one older message that is read too, the input of an
-- exchange whose middle is left out. What stands above the history, if anything, counts as one message of so many tokens.
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

-- What is derived from messages ---------------------------------------------------------------------------------------

local MOST_SUMMARIES = 8

-- The last messages that summaries cover which hold for the conversation as it stands, in rising order; of a part of it only
-- those up to a number.
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

-- The summary in use and the newest one, of the whole conversation or up to a number.
local function summaries(top)
    local live, used, found = summarised(top), number('sum'), {}
    for i, n in ipairs(live) do
        if n == used or i == #live then
            found[#found + 1] = call('HGET', SUMMARIES, n)
        end
    end
    return found
end

-- What a context is chosen by beside the history: state, version of what it belongs to, summaries.
local function context(top)
    return { call('HGET', S, 'ctx') or '', number('planV'), summaries(top) }
end

-- Makes the next turn read anew what it needs.
local function forget_cut()
    call('HSET', S, 'planF', 0)
    call('HINCRBY', S, 'planV', 1)
end

-- Forgets the vectors of the exchange that holds a message, and has it embedded anew. Vectors are named by the last message of
-- their exchange, or of the part of it that is embedded. Of a branch only its own messages make up an exchange.
local MOST_OF_AN_EXCHANGE = 200
local function forget_vectors(n)
    if call('EXISTS', VECTORS) == 0 then
        return
    end
    local superseded = range_at(n) ~= nil
    local start, fields = n, { n }
    local value = call('HGET', M, n)
    if not is_there(value) or head(value) ~= 'U' then
        local begins
        walk_back(n - 1, superseded, function(m, earlier)
            start = m
            fields[#fields + 1] = m
            begins = head(earlier) == 'U'
            return begins or #fields > MOST_OF_AN_EXCHANGE
        end)
        if not begins and not superseded and #fields > MOST_OF_AN_EXCHANGE then
            -- So far behind its beginning nothing of an exchange is embedded.
            return
        end
    end
    local before = #fields
    walk_on(n + 1, number('seq'), superseded, function(m, later)
        if head(later) == 'U' or #fields - before >= MOST_OF_AN_EXCHANGE then
            return true
        end
        fields[#fields + 1] = m
    end)
    call('HDEL', VECTORS, unpack(fields))
    call('HINCRBY', S, 'vecEdits', 1)
    if number('vec') >= start then
        call('HSET', S, 'vec', start - 1)
    end
end

-- Forgets what was made from a message that is changed or removed. What another branch has replaced is in no summary that ends
-- in the conversation as it stands.
local function underive(n)
    local superseded = range_at(n) ~= nil
    local function is_made_from(through)
        return through >= n and (not superseded or range_at(through) ~= nil)
    end
    call('HINCRBY', S, 'edits', 1)
    forget_vectors(n)
    for _, field in ipairs(call('HKEYS', SUMMARIES)) do
        if is_made_from(tonumber(field) or 0) then
            call('HDEL', SUMMARIES, field)
        end
    end
    if is_made_from(number('sum')) then
        call('HDEL', S, 'sum')
        forget_cut()
    end
end

-- Work beside turns: a claim is <until, ms>|<token>. Whoever repeats a command because its answer was lost names the same token:
-- the claim is still his, and what ended under it is neither counted nor stored twice.
local function is_claimed(field, token)
    local ends, holder = string.match(call('HGET', S, field) or '', '^(%d+)|(.*)$')
    return holder and holder ~= token and tonumber(ends) > now
end

local function claim(field, token, life)
    call('HSET', S, field, (now + tonumber(life)) .. '|' .. token)
end

-- What was answered as the work under a token ended, or nil. Only the last few are known.
local MOST_ENDED = 16
local function answered(token)
    return string.match(call('HGET', S, 'ended') or '', token .. '=(%u+)')
end

local function note_answer(token, answer)
    local ended = { token .. '=' .. answer }
    for earlier in string.gmatch(call('HGET', S, 'ended') or '', '[^,]+') do
        if #ended < MOST_ENDED then
            ended[#ended + 1] = earlier
        end
    end
    call('HSET', S, 'ended', table.concat(ended, ','))
end

-- Ends work: gives up the claim unless it has become somebody else's, and notes the answer.
local function finish(field, token, answer)
    if string.match(call('HGET', S, field) or '', '|(.*)$') == token then
        call('HDEL', S, field)
    end
    note_answer(token, answer)
end

-- Adds what a call to a model has used, from an argument on: input, cached, written, output, reasoning, cost in 10^-12 or '',
-- currency. Beside turns it is counted apart as well.
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

-- All that a turn is run with, as the answer of a script. The plan is the stored one where its first part is ''.
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

-- Idempotency ---------------------------------------------------------------------------------------------------------

-- A record is <expiry, ms>|<place in the order>|<what it says>; '#<place>' names the key, so that old ones are found.
local function recall(key)
    local expiry, record = string.match(call('HGET', I, key) or '', '^(%d+)|%d+|(.*)$')
    if expiry and tonumber(expiry) > now then
        return record
    end
end

local function remember(key, record)
    local place = call('HINCRBY', I, 'tail', 1)
    call('HSET', I, '#' .. place, key, key, (now + DAY) .. '|' .. place .. '|' .. record)
end

-- Forgets what has expired, at most 20 records at a time.
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

-- What a key of this kind stands for: its value, or nil and whether it was used for something else.
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
