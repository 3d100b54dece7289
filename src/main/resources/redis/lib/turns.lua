local function read_turn(value)
    local state, epoch, input, own, reply, stored, restored, n, ended, json = string.match(value,
        '^%d+|(%a)|(%d+)|(%d+)|(%d)|(%d+)|(%d)|(%d)|(%d+)|(%d+)|(.*)$')
    return { state = state, epoch = tonumber(epoch), input = tonumber(input), own = own ~= '0',
        revived = own == '2', reply = tonumber(reply), stored = stored, restored = restored, n = tonumber(n),
        ended = tonumber(ended), json = json }
end

-- Forgets all that the session notes of its running turn.
local function stop_running()
    tell_end(value_of('run') or '')
    remove_fields('run', 'lease', 'cancel', 'undo', 'joined', 'added', 'taker', 'former', 'at', 'watch', 'again', 'restarts',
        'kept')
end

-- Writes a turn and further fields of the turns: names and values in turn. Answers its stored form.
local function write_turn(id, turn, ...)
    local own = turn.revived and '2' or (turn.own and '1' or '0')
    local value = table.concat({ '1', turn.state, turn.epoch, turn.input, own, turn.reply, turn.stored, turn.restored,
        turn.n, turn.ended, turn.json }, '|')
    call('HSET', T, id, value, ...)
    return value
end

-- Lets go of a running turn that is not there or is over.
local function heal()
    local run = value_of('run')
    local value = run and call('HGET', T, run)
    if run and not (value and read_turn(value).state == 'R') then
        stop_running()
    end
end

-- What a turn answers -------------------------------------------------------------------------------------------------

-- The newest turn, if its own input was superseded as it failed and nothing has been stored or chosen since, and the live message
-- before that input; or nil.
local function revivable()
    local last = call('HGET', T, '#' .. number('turns'))
    local value = last and call('HGET', T, last)
    local turn = value and read_turn(value)
    if not turn or turn.state == 'R' or turn.restored ~= '1' or not turn.own or not range_at(turn.input)
            or turn.epoch <= number('chose') then
        return
    end
    local input = call('HGET', M, turn.input)
    if not is_there(input) or scan(turn.reply, number('seq'), function() return true end) then
        return
    end
    local _, _, _, before = head(input)
    if before == 0 or (is_there(call('HGET', M, before)) and not range_at(before)) then
        return turn, before
    end
end

-- The newest live message at or below a number that a model can answer, or nil.
local function last_input(from)
    local input
    walk_back(from, false, function(n, value)
        if head(value) ~= 'A' then
            input = n
            return true
        end
    end)
    return input
end

-- What a repeated request does with the turn that its idempotency key names: 'known' returns the turn, 'stands' answers its input,
-- which is still the newest message, 'revive' answers its input, which is superseded, and 'afresh' runs a request that brings no
-- input of its own again. Once the conversation has moved on, the turn is only known: no input is stored twice.
local function repetition(turn)
    if (turn.state ~= 'F' and turn.state ~= 'I') or turn.stored ~= '0' then
        return 'known'
    end
    if (turn.restored == '0' or turn.own) and newest(number('seq')) == turn.input then
        return 'stands'
    end
    if turn.restored == '1' and not turn.own then
        local moved_on = turn.epoch <= number('chose') or last_input(number('seq')) ~= turn.input
                or newest(number('seq')) > turn.reply
        return moved_on and 'known' or 'afresh'
    end
    local failed = turn.own and revivable()
    return failed and failed.input == turn.input and 'revive' or 'known'
end

-- The answer of a script that must not change this stored message now, or nil.
local function unchangeable(value)
    if not is_there(value) then
        return { 'NO_MESSAGE' }
    end
    local run = value_of('run')
    return run and { 'RUNNING', run } or nil
end

-- Why nothing can be said in a message's place, or nil.
local function irreplaceable(n)
    local value = call('HGET', M, n)
    if not is_there(value) then
        return 'NO_MESSAGE'
    end
    if head(value) ~= 'U' or range_at(n) then
        return 'NOT_REPLACEABLE'
    end
end
