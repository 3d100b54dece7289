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
