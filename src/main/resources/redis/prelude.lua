-- Stands before every script of a session. KEYS 1 to 8 are always these; what a script takes beyond is said in it.
-- Only the heads of stored values are read here, never their JSON:
--   message   1|<live number before it when written>|<U, A or T>|<version>|<tokens>|<encoding>|<JSON>; deleted: ~<live number before it>|<name of the request>
--   turn      1|<state>|<epoch>|<input>|<input is its own: 0, 1, or 2 for one brought back>|<reply>|<reply stored>|<restored>|<n-th turn>|<end, ms>|<lines of JSON, a later one wins>
--   superseded ranges: sorted set of <first>-<last> by last; they never overlap
local S, M, X, T, I, B, SUMMARIES, VECTORS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local call = redis.call
local DAY = 86400000
local HOUR = 3600000
local LOG_ENTRIES = 20000

local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function number(field)
    return tonumber(call('HGET', S, field) or 0)
end

-- Whether the session is there and the caller's: '*' is anybody, '=name' that owner.
local function allowed(owner)
    local stored = call('HGET', S, 'owner')
    return stored and (owner == '*' or owner == '=' .. stored)
end

local function session()
    return call('HMGET', S, 'owner', 'set', 'ver', 'cre', 'upd', 'run', 'n', 'tok')
end

local function expire(key, life)
    if life then
        call('PEXPIRE', key, life)
    else
        call('PERSIST', key)
    end
end

-- How long the session lives from now on, nil for ever; a running turn never expires.
local function lifetime()
    local life = tonumber(call('HGET', S, 'ret') or '')
    if life and life < HOUR and call('HEXISTS', S, 'run') == 1 then
        life = HOUR
    end
    return life
end

-- Gives every key the session's lifetime anew.
local function keep()
    local life = lifetime()
    for i = 1, 8 do
        expire(KEYS[i], life)
    end
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

-- Messages ------------------------------------------------------------------------------------------------------------

local function is_there(value)
    return value and string.byte(value) ~= 126
end

-- role, version, tokens, live number before it
local function head(value)
    local before, role, version, tokens = string.match(value, '^%d+|(%d+)|(%a)|(%d+)|(%d+)|')
    return role, tonumber(version), tonumber(tokens), tonumber(before)
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

local function read_turn(value)
    local state, epoch, input, own, reply, stored, restored, n, ended, json = string.match(value,
        '^%d+|(%a)|(%d+)|(%d+)|(%d)|(%d+)|(%d)|(%d)|(%d+)|(%d+)|(.*)$')
    return { state = state, epoch = tonumber(epoch), input = tonumber(input), own = own ~= '0',
        revived = own == '2', reply = tonumber(reply), stored = stored, restored = restored, n = tonumber(n),
        ended = tonumber(ended), json = json }
end

-- Forgets all that the session notes of its running turn.
local function stop_running()
    call('HDEL', S, 'run', 'lease', 'cancel', 'undo', 'joined', 'added', 'taker', 'former')
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

-- History by a plan: 'from' a number downwards. Returns pairs of number and value, newest first, and whether that is all.
local function history(from, oldest, most_messages, most_tokens)
    local items, messages, tokens, complete, enough = {}, 0, 0, 1, false
    walk_back(from, false, function(n, value)
        if enough or n < oldest then
            complete = 0
            return true
        end
        items[#items + 1] = n
        items[#items + 1] = value
        local _, _, length = head(value)
        messages = messages + 1
        tokens = tokens + length
        enough = (most_messages > 0 and messages >= most_messages) or (most_tokens > 0 and tokens >= most_tokens)
    end)
    return items, complete
end

-- Event log: KEYS[9]. Writes the events from an argument on (pairs of id and JSON) that are not there yet. Never outlives the
-- session; nor does it end before a running turn, whose reply it is if the turn's owner dies.
local function write_log(from, most)
    local log = KEYS[9]
    local top = call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
    local known = top and tonumber(top[2][2]) or 0
    local first, last, events = nil, nil, {}
    for i = from, #ARGV, 2 do
        if tonumber(ARGV[i]) > known then
            first = first or ARGV[i]
            last = ARGV[i]
            events[#events + 1] = ARGV[i + 1]
        end
    end
    if first then
        call('XADD', log, 'MAXLEN', LOG_ENTRIES, first .. '-0', 'l', last, 'e', '[' .. table.concat(events, ',') .. ']')
    end
    local life = lifetime()
    expire(log, most and math.min(life or most, most) or life)
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
