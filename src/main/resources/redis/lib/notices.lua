-- Replicas that want to hear of something are named in a field, as <replica>=<until, ms>, newest first. Each has a channel of its
-- own, so that only the replicas are told that it concerns. A notice is a kind, the session, and maybe a turn; a replica that is told
-- reads by itself, and so says that it is still there.
local MOST_REPLICAS = 32
-- A replica that may not be told (a user of Redis without the right to its channels) or noted (a Redis that takes no writes) looks by
-- itself; nothing fails for that.
local function tell(replica, kind, turn)
    redis.pcall('PUBLISH', 'parley:replica:' .. replica, kind .. ' ' .. string.match(S, '[^:]*$') .. ' ' .. (turn or ''))
end

-- Tells all replicas of such a list that still listen; says whether any does.
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
    return tell_each(value_of(field), kind, turn)
end

-- Notes that a replica is to be told of something for so many milliseconds; noted anew once half of them have passed.
local function enlist(field, replica, listens)
    local kept = { replica .. '=' .. string.format('%.0f', now + listens) }
    for name, ends in string.gmatch(value_of(field) or '', '([^,=]+)=(%d+)') do
        if name == replica and tonumber(ends) > now + listens / 2 then
            return
        end
        if name ~= replica and tonumber(ends) > now and #kept < MOST_REPLICAS then
            kept[#kept + 1] = name .. '=' .. ends
        end
    end
    redis.pcall('HSET', S, field, table.concat(kept, ','))
    known_fields[field] = nil
end

-- The requests that wait for the running turn to end, in order of their coming: <token>@<replica>=<until, ms>. A request that is not
-- heard of again in time has gone.
local function waiters()
    local live = {}
    for token, replica, ends in string.gmatch(value_of('wait') or '', '([^,@]+)@([^,=]+)=(%d+)') do
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
        remove_fields('wait')
    else
        write_fields('wait', table.concat(written, ','))
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

-- Tells all replicas that the end of the running turn concerns.
local function tell_end(run)
    tell_all('watch', 'over', run)
    for _, waiter in ipairs(waiters()) do
        tell(waiter.replica, 'free')
    end
end

-- The feed of a session tells those who have it open what has changed: fields f:<number> of words, of which so many are kept. It
-- is written while a client listens and for a while after that, so that a client that comes back soon has missed nothing.
local FEED_KEPT = 64

local function news(...)
    if number('feed') > now then
        local n = increase('feedN', 1)
        write_fields('f:' .. n, table.concat({ ... }, ' '))
        remove_fields('f:' .. (n - FEED_KEPT))
        tell_all('feeders', 'feed')
    end
end
