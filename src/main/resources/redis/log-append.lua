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

local in_part, failure = append_entries(log, 3)
if failure then
    return failure
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
