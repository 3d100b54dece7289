-- Opens a turn. ARGV: owner, turn, time, idempotency key or '', fingerprint, kind of input (say, stands, again, instead),
-- replaced number, message or '', turn JSON, plan (oldest or '' for the stored one, messages, tokens), most messages,
-- most bytes, lease, replica, what the request chose as JSON or '', waiter, '' for none or '*' for one who overtakes those, how long it is believed to wait, most waiters,
-- then images.
local IMAGES = 21
local owner, id, at, key, fingerprint, kind, replaced, message, json, oldest, most_read, most_tokens, most_messages, most_bytes, lease,
    replica, choices, waiting, waits, most_waiters = unpack(ARGV, 1, 20)

-- Makes a superseded input the newest message again, after the live one it was written after.
local function revive(n, before)
    take_out(n)
    cut(before, n - 1)
    local _, _, tokens = head(call('HGET', M, n))
    count(1, tokens, 0, 0)
end

read_fields({ 'owner', 'set', 'ver', 'cre', 'def', 'ret', 'own', 'seq', 'epoch', 'turns', 'n', 'tok', 'cnt', 'bytes', 'run', 'wait',
    'cancel', 'restarts', 'watch', 'taker', 'feed', 'planF', 'planN', 'planT', 'planV', 'ctx', 'sum' })
if not allowed(owner) then
    return { 'NO_SESSION' }
end
local undone, first_record, last_record = unpack(call('HMGET', I, 'u:' .. id, 'head', 'tail'))
if undone then
    return { 'UNDONE' }
end
local plan = plan_of(oldest, most_read, most_tokens)
local repeated = call('HGET', T, id)
if repeated then
    if value_of('run') == id then
        return stored_opening(id, plan)
    end
    return { 'KNOWN', id, repeated }
end
forget_between(first_record, last_record)
heal()

local seq = number('seq')
local earlier, misused = known(key, fingerprint, 't')
if misused then
    return { 'REUSED' }
end
local failed, before_failed = nil, nil
if kind == 'again' or earlier then
    failed, before_failed = revivable()
end
if earlier then
    local value = call('HGET', T, earlier)
    if value then
        local turn = read_turn(value)
        local what = repetition(turn)
        if what == 'known' then
            if value_of('run') == earlier then
                -- Another request waits for this turn now: undoing its opening must not take it away.
                write_fields('joined', earlier)
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

local run = value_of('run')
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
    return { 'RUNNING', run or '', value_of('set') }
end

-- Only what cuts, revives or brings images may write to a key that the session did not have; a first message or turn does too.
local ordinary = (kind == 'say' or kind == 'stands') and number('cnt') > 0 and number('turns') > 0 and (key == '' or last_record)
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

local items, complete, changes = nil, nil, {}
if says then
    local before
    input = seq + 1
    items, complete, before = planned(seq, plan, tokens_of('1|0|' .. message), { input, message })
    seq = input
    changes, items[2] = store(input, before, message)
    local added = put_images(IMAGES, #ARGV)
    if #added > 0 then
        write_fields('added', table.concat(added, ','))
        ordinary = false
    end
else
    items, complete = planned(input, plan)
end
local reply, epoch, n = seq + 1, number('epoch') + 1, number('turns') + 1
local value = write_turn(id, { state = 'R', epoch = epoch, input = input, own = says, revived = kind == 'revive', reply = reply,
    stored = '0', restored = '0', n = n, ended = 0, json = (value_of('def') or '{}') .. '\n' .. json }, '#' .. n, id)
write_fields('seq', reply, 'epoch', epoch, 'turns', n, 'run', id, 'lease', now + tonumber(lease), 'upd', at, 'at', replica,
    'again', choices, unpack(sums(changes)))
remove_fields('cancel', 'restarts', 'watch', 'taker')
if key ~= '' then
    if earlier then
        -- Undoing this opening gives the key back to the turn it stood for.
        write_fields('former', earlier)
    end
    remember(key, fingerprint .. '|t|' .. id)
end
news('started', id, input)
if ordinary then
    keep_on()
else
    keep()
end
return opening(id, value, plan, items, complete)
