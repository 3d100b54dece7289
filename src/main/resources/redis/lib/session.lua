-- Names and facts of a session. KEYS 1 to 8 are these in every script that takes them all; a script says which further keys it takes.
-- A script is sent with those parts of this folder that it names, directly or through another part, because Redis makes anew at each
-- call whatever a script defines. A part is a function, or a name on one line.
-- Only the heads of stored values are read here, never their JSON:
--   message   1|<live number before it when written>|<U, A or T>|<version>|<tokens>|<encoding>|<JSON>; deleted: ~<live number before it>|<name of the request>
--   turn      1|<state>|<epoch>|<input>|<input is its own: 0, 1, or 2 for one brought back>|<reply>|<reply stored>|<restored>|<n-th turn>|<end, ms>|<lines of JSON, a later one wins>
--   superseded ranges: sorted set of <first>-<last> by last, an index of what is not on the current path of the tree of messages; they
--   never overlap
local S = KEYS[1]
local M = KEYS[2]
local X = KEYS[3]
local T = KEYS[4]
local I = KEYS[5]
local B = KEYS[6]
local SUMMARIES = KEYS[7]
local VECTORS = KEYS[8]
local call = redis.call
local DAY = 86400000
local HOUR = 3600000
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- The fields of the session that the script has read or written, by name; false is a field that is not there. All parts of a script read
-- and write the session through the functions below, so that each field is read once.
local known_fields = {}

-- Reads fields of the session in one call.
local function read_fields(names)
    local values = call('HMGET', S, unpack(names))
    for i = 1, #names do
        known_fields[names[i]] = values[i]
    end
end

local function value_of(field)
    local value = known_fields[field]
    if value == nil then
        value = call('HGET', S, field)
        known_fields[field] = value
    end
    return value
end

local function number(field)
    return tonumber(value_of(field) or 0)
end

-- Writes fields of the session: names and values in turn. A number is a whole one.
local function write_fields(...)
    local written = { ... }
    for i = 2, #written, 2 do
        if type(written[i]) == 'number' then
            written[i] = string.format('%d', written[i])
        end
        known_fields[written[i - 1]] = written[i]
    end
    call('HSET', S, unpack(written))
end

local function remove_fields(...)
    local removed = {}
    local fields = { ... }
    for i = 1, #fields do
        local field = fields[i]
        if known_fields[field] ~= false then
            removed[#removed + 1] = field
            known_fields[field] = false
        end
    end
    if #removed > 0 then
        call('HDEL', S, unpack(removed))
    end
end

local function increase(field, change)
    local sum = call('HINCRBY', S, field, change)
    known_fields[field] = string.format('%d', sum)
    return sum
end

-- Whether the session is there and the caller's: '*' is anybody, '=name' that owner.
local function allowed(owner)
    local stored = value_of('owner')
    return stored and (owner == '*' or owner == '=' .. stored)
end

-- A key lives a thousandth longer than it has to, an hour at most, so that not every write has to give all keys their lifetime anew.
local function spare_of(life)
    return math.floor(math.min(life / 1000, HOUR))
end

local function expire(key, life)
    if life then
        call('PEXPIRE', key, life + spare_of(life))
    else
        call('PERSIST', key)
    end
end

-- How long the session lives from now on, nil for ever; a running turn never expires.
local function lifetime()
    local life = tonumber(value_of('ret') or '')
    if life and life < HOUR and value_of('run') then
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

-- Does what keep does, but only if the session would end too early, or its lifetime has become shorter. The caller has written to no key
-- that may be new.
local function keep_on()
    local life, left = lifetime(), call('PTTL', S)
    if life and left >= life and left <= life + spare_of(life) or (not life and left == -1) then
        return
    end
    keep()
end

local function session()
    return { value_of('owner'), value_of('set'), value_of('ver'), value_of('cre'), value_of('upd'), value_of('run'), value_of('n'),
        value_of('tok') }
end

-- 1 if the owner's index would expire before the session does.
local function index_is_short()
    local indexed = value_of('own')
    if indexed == 'always' then
        return 0
    end
    local life = tonumber(value_of('ret') or '')
    return (life and now + life <= tonumber(indexed or 0)) and 0 or 1
end
