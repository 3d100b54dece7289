-- Opens a turn. ARGV: owner, turn, time, idempotency key or '', fingerprint, kind of input (say, stands, again, instead),
-- replaced number, message or '', turn JSON, plan (oldest or '' for the stored one, messages, tokens), most messages,
-- most bytes, lease, replica, what the request chose as JSON or '', waiter, '' for none or '*' for one who overtakes those, how long it is believed to wait, most waiters,
-- then images.
local IMAGES = 21
local owner, id, at, key, fingerprint, kind, replaced, message, json, oldest, most_read, most_tokens, most_messages, most_bytes, lease,
    replica, choices, waiting, waits, most_waiters = unpack(ARGV, 1, 20)

-- The ordinary opening: something is said in a session that is not new, that no turn, no waiting request and no listening client has, and
-- that has neither superseded messages nor summaries nor idempotency records. It comes before all functions, because Redis makes each
-- function of a script anew at each call, and decides as the rest of the script does.
if kind == 'say' and key == '' and waiting == '' and #ARGV < IMAGES then
    local session_key, do_call = KEYS[1], redis.call
    local its_owner, set, ver, cre, def, ret, own, last, epoch, turns, n, tok, cnt, bytes, run, wait, cancel, restarts, watch, taker,
        feed, plan_first, plan_messages, plan_tokens, version, ctx, sum = unpack(do_call('HMGET', session_key, 'owner', 'set',
            'ver', 'cre', 'def', 'ret', 'own', 'seq', 'epoch', 'turns', 'n', 'tok', 'cnt', 'bytes', 'run', 'wait', 'cancel',
            'restarts', 'watch', 'taker', 'feed', 'planF', 'planN', 'planT', 'planV', 'ctx', 'sum'))
    local clock = do_call('TIME')
    local millis = clock[1] * 1000 + math.floor(clock[2] / 1000)
    local length = tonumber(string.match(message, '^%a|%d+|(%d+)|'))
    if oldest ~= '' then
        plan_first, plan_messages, plan_tokens = oldest, most_read, most_tokens
    end
    local from, first = tonumber(last or 0), tonumber(plan_first or 0)
    local seq_bytes = tonumber(bytes or 0)
    if its_owner and owner == '=' .. its_owner and not (run or wait or cancel or restarts or watch or taker)
        and tonumber(feed or 0) <= millis and tonumber(cnt or 0) > 0 and tonumber(turns or 0) > 0 and first and first <= from
        and cnt + 1 <= tonumber(most_messages) and seq_bytes + #message <= tonumber(most_bytes)
        and do_call('EXISTS', KEYS[3], KEYS[5], KEYS[7]) == 0 and not do_call('HGET', KEYS[4], id) then
        local most, most_length = first > 0 and 0 or tonumber(plan_messages or 0), tonumber(plan_tokens or 0)
        local input, reply = string.format('%d', from + 1), string.format('%d', from + 2)
        local items, complete, before, read, read_length = { input, message }, 1, 0, 1, length
        local at_n, size = from, math.max(4, math.min(first > 0 and from - first + 2 or most, 32))
        while at_n > 0 and complete == 1 do
            local asked = {}
            for each = at_n, math.max(at_n - size + 1, 1), -1 do
                asked[#asked + 1] = each
            end
            local values = do_call('HMGET', KEYS[2], unpack(asked))
            for i = 1, #asked do
                local value = values[i]
                if value and string.byte(value) ~= 126 then
                    before = before > 0 and before or asked[i]
                    if asked[i] < first or (most > 0 and read >= most) or (most_length > 0 and read_length >= most_length) then
                        complete = 0
                        break
                    end
                    items[#items + 1] = asked[i]
                    items[#items + 1] = value
                    read = read + 1
                    read_length = read_length + tonumber(string.match(value, '^%d+|%d+|%a|%d+|(%d+)|'))
                end
            end
            at_n, size = at_n - #asked, math.min(size * 2, 128)
        end
        local said = '1|' .. before .. '|' .. message
        items[2] = said
        local new_tok, new_bytes = tonumber(tok or 0) + length, seq_bytes + #said
        if new_tok < 9007199254740992 and new_bytes < 9007199254740992 then
            local nth, new_epoch, new_n = turns + 1, string.format('%d', (epoch or 0) + 1), string.format('%d', (n or 0) + 1)
            local tok_text = string.format('%d', new_tok)
            local opened = '1|R|' .. new_epoch .. '|' .. input .. '|1|' .. reply .. '|0|0|' .. nth .. '|0|' .. (def or '{}') .. '\n'
                .. json
            do_call('HSET', KEYS[2], input, said)
            do_call('HSET', KEYS[4], id, opened, '#' .. nth, id)
            do_call('HSET', session_key, 'seq', reply, 'epoch', new_epoch, 'turns', nth, 'run', id, 'lease',
                string.format('%d', millis + tonumber(lease)), 'upd', at, 'at', replica, 'again', choices, 'n', new_n, 'tok',
                tok_text, 'cnt', cnt + 1, 'bytes', string.format('%d', new_bytes))
            local life, left = tonumber(ret or ''), do_call('PTTL', session_key)
            local index_lacks = own ~= 'always' and not (life and millis + life <= tonumber(own or 0))
            life = life and math.max(life, 3600000)
            local spare = life and math.floor(math.min(life / 1000, 3600000))
            if life and (left < life or left > life + spare) or (not life and left ~= -1) then
                for i = 1, 8 do
                    if life then
                        do_call('PEXPIRE', KEYS[i], life + spare)
                    else
                        do_call('PERSIST', KEYS[i])
                    end
                end
            end
            return { 'OPENED', id, opened, { its_owner, set, ver, cre, at, id, new_n, tok_text },
                { first, plan_messages, plan_tokens }, complete, index_lacks and 1 or 0, items,
                { ctx or '', tonumber(version or 0), {} } }
        end
    end
end
-- Here stands the library.
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
