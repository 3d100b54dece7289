-- Stands before every script of a session, alone before the one that runs most often: what is defined here is made anew at each
-- call. KEYS 1 to 8 are always these; what a script takes beyond is said in it.
-- Only the heads of stored values are read here, never their JSON:
--   message   1|<live number before it when written>|<U, A or T>|<version>|<tokens>|<encoding>|<JSON>; deleted: ~<live number before it>|<name of the request>
--   turn      1|<state>|<epoch>|<input>|<input is its own: 0, 1, or 2 for one brought back>|<reply>|<reply stored>|<restored>|<n-th turn>|<end, ms>|<lines of JSON, a later one wins>
--   superseded ranges: sorted set of <first>-<last> by last, an index of what is not on the current path of the tree of messages; they
--   never overlap
local S, M, X, T, I, B, SUMMARIES, VECTORS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local call = redis.call
local DAY = 86400000
local HOUR = 3600000
local LOG_ENTRIES = 20000
-- Events stand together up to so many bytes: who reads a page of a log is given whole entries.
local ENTRY_BYTES = 8192

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

-- Notices -------------------------------------------------------------------------------------------------------------

-- Replicas that want to hear of something are named in a field, as <replica>=<until, ms>, newest first. Each has a channel of its
-- own, so that only those are told whom it concerns. What is told is a kind, the session, and maybe a turn; whoever is told reads
-- for himself, and so says that he is still there.
local MOST_REPLICAS = 32
local NAME = string.match(S, '[^:]*$')

-- Whoever may not be told (a user of Redis without the right to its channels) or noted (a Redis that takes no writes) looks by
-- himself; nothing fails for that.
local function tell(replica, kind, turn)
    redis.pcall('PUBLISH', 'parley:replica:' .. replica, kind .. ' ' .. NAME .. ' ' .. (turn or ''))
end

-- Tells all who listen; says whether anybody does.
local function tell_all(field, kind, turn)
    local told = false
    for replica, ends in string.gmatch(call('HGET', S, field) or '', '([^,=]+)=(%d+)') do
        if tonumber(ends) > now then
            told = true
            if kind then
                tell(replica, kind, turn)
            end
        end
    end
    return told
end

local function read_turn(value)
    local state, epoch, input, own, reply, stored, restored, n, ended, json = string.match(value,
        '^%d+|(%a)|(%d+)|(%d+)|(%d)|(%d+)|(%d)|(%d)|(%d+)|(%d+)|(.*)$')
    return { state = state, epoch = tonumber(epoch), input = tonumber(input), own = own ~= '0',
        revived = own == '2', reply = tonumber(reply), stored = stored, restored = restored, n = tonumber(n),
        ended = tonumber(ended), json = json }
end

-- Event log: KEYS[9]. Writes the events from an argument on (pairs of id and JSON) that are not there yet. Never outlives the
-- session; nor does it end before a running turn, whose reply it is if the turn's owner dies.
local function write_log(from, most)
    local log = KEYS[9]
    local top = call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
    local known = top and tonumber(top[2][2]) or 0
    local first, last, events, bytes = nil, nil, {}, 0
    for i = from, #ARGV, 2 do
        if tonumber(ARGV[i]) > known then
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
