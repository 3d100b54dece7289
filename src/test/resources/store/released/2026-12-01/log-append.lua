local S = KEYS[1]
local call = redis.call
local HOUR = 3600000
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
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
local LOG_ENTRIES = 20000
-- Appends batches of events to the log of the running turn and renews its lease, or gives the lease up: then it is 0. KEYS: the session,
-- the log. ARGV: epoch, lease in ms, then the first id, the last id and the JSON of each batch. As this script runs more often than all
-- others together, it does no more than it must: no other key, one read, and a lease is renewed once it has lost a fifteenth.
-- Answers HELD, whether the turn is to be cancelled, whether another replica follows it, whether session and log must be given their
-- lifetime anew, and 0; or, in place of 0, up to which event the log holds a batch that is longer than when it was stored: neither the
-- rest of that batch nor a later batch is stored.
local log, life = KEYS[2], tonumber(ARGV[2])
local run, epoch, cancel, lease, kept, watch = unpack(call('HMGET', S, 'run', 'epoch', 'cancel', 'lease', 'kept', 'watch'))
if not run or log ~= S .. ':e:' .. run or epoch ~= ARGV[1] then
    return { call('EXISTS', S) == 1 and 'LOST' or 'GONE' }
end

local in_part = 0
for i = 3, #ARGV, 3 do
    -- An entry is named by its first event, so that Redis itself refuses what is repeated.
    local added = redis.pcall('XADD', log, 'MAXLEN', LOG_ENTRIES, ARGV[i] .. '-0', 'l', ARGV[i + 1], 'e', ARGV[i + 2])
    if type(added) == 'table' then
        if not string.find(added.err, 'equal or smaller', 1, true) then
            return added
        end
        local top = call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
        local stored = top and tonumber(top[2][2]) or 0
        if stored < tonumber(ARGV[i + 1]) then
            in_part = stored
            break
        end
    end
end

local due = kept and tonumber(kept) <= now or not kept and #ARGV < 3
if not kept and not due then
    -- The lifetime of a session whose turn runs, without the functions for it, which would be made at each call.
    local retention = tonumber(call('HGET', S, 'ret') or '')
    if retention then
        call('PEXPIRE', log, math.max(retention, HOUR))
    else
        call('PERSIST', log)
    end
    call('HSET', S, 'kept', now + HOUR / 2)
end
local ends = tonumber(lease or '') or 0
if life == 0 or ends < now + life - life / 15 or ends > now + life then
    call('HSET', S, 'lease', now + life)
end
local followed = watch and tell_each(watch, #ARGV > 2 and 'log' or nil, run)
return { 'HELD', cancel and 1 or 0, followed and 1 or 0, due and 1 or 0, in_part }
