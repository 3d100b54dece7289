local function is_there(value)
    return value and string.byte(value) ~= 126
end

-- role, version, tokens, live number before it
local function head(value)
    local before, role, version, tokens = string.match(value, '^%d+|(%d+)|(%a)|(%d+)|(%d+)|')
    return role, tonumber(version), tonumber(tokens), tonumber(before)
end

local function tokens_of(value)
    return tonumber(string.match(value, '^%d+|%d+|%a|%d+|(%d+)|'))
end

-- The number before it when it was written, also of a removed message; nil if the value cannot be read.
local function before_of(value)
    return tonumber(string.match(value, '^~(%d+)|') or string.match(value, '^%d+|(%d+)|'))
end

-- The nearest stored message before a message, 0 if there is none. It passes removed messages, which it reads in chunks that grow.
-- ends: by number of a message that is stored or was passed, the stored message where a way from it ends; it is completed. Or nil.
local function stored_before(value, ends)
    local n, passed = before_of(value) or 0, {}
    local low, size, chunk = n + 1, 1, nil
    while n > 0 and not (ends and ends[n]) do
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
    local reached = ends and ends[n] or n
    if ends then
        ends[n] = reached
        for _, each in ipairs(passed) do
            ends[each] = reached
        end
    end
    return reached
end

local function bounds(member)
    local first, last = string.match(member, '^(%d+)%-(%d+)$')
    return tonumber(first), tonumber(last)
end

-- The last superseded range; it is read once, and again after a change of the ranges.
local last_range = {}
local function newest_range()
    if not last_range.last then
        last_range.first, last_range.last = bounds(call('ZREVRANGE', X, 0, 0)[1] or '0-0')
    end
    return last_range.first, last_range.last
end

local function add_range(first, last)
    last_range.last = nil
    call('ZADD', X, last, first .. '-' .. last)
end

local function remove_range(range)
    last_range.last = nil
    call('ZREM', X, range)
end

-- The superseded range that holds a number, or nil.
local function range_at(n)
    local newest_first, newest_last = newest_range()
    if n > newest_last then
        return
    end
    if n >= newest_first then
        return newest_first, newest_last
    end
    local found = call('ZRANGEBYSCORE', X, n, '+inf', 'LIMIT', 0, 1)[1]
    if found then
        local first, last = bounds(found)
        if first <= n then
            return first, last
        end
    end
end

local function range_below(n)
    local newest_first, newest_last = newest_range()
    if n >= newest_last then
        return newest_first, newest_last
    end
    local found = call('ZREVRANGEBYSCORE', X, n, '-inf', 'LIMIT', 0, 1)[1]
    if found then
        return bounds(found)
    end
    return 0, 0
end

local function range_above(n)
    local _, newest_last = newest_range()
    if n > newest_last then
        return
    end
    local found = call('ZRANGEBYSCORE', X, n, '+inf', 'LIMIT', 0, 1)[1]
    if found then
        return bounds(found)
    end
end

-- Supersedes first..last, together with a range that ends just before.
local function supersede(first, last)
    local below, touching = range_below(first - 1)
    if touching == first - 1 and below > 0 then
        remove_range(below .. '-' .. touching)
        first = below
    end
    add_range(first, last)
end

-- Visits what is stored from one number to another, in either direction, in chunks that grow from a size on; until visit returns true.
local function scan(from, to, visit, size)
    local step = from <= to and 1 or -1
    size = size or 4
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

-- Visits messages from a number downwards; all: superseded ones too. It reads in chunks that grow from a size on.
local function walk_back(from, all, visit, size)
    if from < 1 then
        return
    end
    if all then
        return scan(from, 1, visit, size)
    end
    local first = range_at(from)
    local high = first and first - 1 or from
    while high >= 1 do
        local below, last = range_below(high)
        if last < high and scan(high, last + 1, visit, size) then
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

-- Up to here Lua adds without an error.
local GREATEST_EXACT = 9007199254740991
-- The fields and sums to write, from fields and amounts in turn. A sum beyond 64 bits stays at the greatest number: no sum makes a script
-- fail half-way.
local function sums(changes)
    local written = {}
    for i = 1, #changes, 2 do
        local field, amount = changes[i], tonumber(changes[i + 1])
        local sum = amount + (tonumber(value_of(field) or 0) or GREATEST_EXACT)
        if math.abs(sum) < GREATEST_EXACT then
            if amount ~= 0 then
                written[#written + 1] = field
                written[#written + 1] = sum
            end
        else
            local answer = redis.pcall('HINCRBY', S, field, changes[i + 1])
            known_fields[field] = nil
            if type(answer) == 'table' and answer.err then
                written[#written + 1] = field
                written[#written + 1] = '9223372036854775807'
            end
        end
    end
    return written
end

-- Adds to fields: names and amounts in turn.
local function add(...)
    local written = sums({ ... })
    if #written > 0 then
        write_fields(unpack(written))
    end
end

-- count and tokens are those of the live history, stored and bytes those of everything.
local function count(live, tokens, stored, bytes)
    add('n', live, 'tok', tokens, 'cnt', stored, 'bytes', bytes)
end

-- Stores a message. Answers the changes of the sums that it makes, and its stored form.
local function store(n, before, rest)
    local value = '1|' .. before .. '|' .. rest
    call('HSET', M, n, value)
    return { 'n', 1, 'tok', tokens_of(value), 'cnt', 1, 'bytes', #value }, value
end

local function put(n, before, rest)
    local changes = store(n, before, rest)
    add(unpack(changes))
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
