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
