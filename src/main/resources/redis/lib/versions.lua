-- The tree of versions.
-- Each stored message names the message before it (before_of), so that all messages form a tree, and the superseded ranges are an index
-- of what is not on its current path. Fields v<number> of the messages' hash say which of the messages after a number counted last:
-- they hold these messages, the one that counted last at the end. Where such a field is missing, only the next number can be after it.
-- The fields are written only here, and when they are needed: up to the message `marked` of the session they are complete. So no turn pays
-- for them, and a process of an earlier version, which does not know them, leaves nothing that is wrong.
local VERSIONS_AT_ONCE = 128

-- The messages after a number that have ever counted, the one that counted last at the end.
local function versions_after(hash, n)
    local found, noted = {}, call('HGET', hash, 'v' .. n)
    if noted then
        for each in string.gmatch(noted, '%d+') do
            found[#found + 1] = tonumber(each)
        end
        return found
    end
    local value = call('HGET', hash, n + 1)
    if value and before_of(value) == n then
        found[1] = n + 1
    end
    return found
end

local function write_versions(hash, n, found)
    call('HSET', hash, 'v' .. n, table.concat(found, ','))
end

-- Notes that this message counts now, of all messages after a number.
local function note_chosen(hash, n, chosen)
    if chosen == n + 1 and call('HEXISTS', hash, 'v' .. n) == 0 then
        return
    end
    local found = {}
    for _, each in ipairs(versions_after(hash, n)) do
        if each ~= chosen then
            found[#found + 1] = each
        end
    end
    if #found > 0 or chosen ~= n + 1 then
        found[#found + 1] = chosen
        write_versions(hash, n, found)
    end
end

-- Copies the fields, without the messages after a number that have a greater number than the last one copied.
local function copy_versions(hash, last)
    for low = 0, last, VERSIONS_AT_ONCE do
        local fields = {}
        for n = low, math.min(low + VERSIONS_AT_ONCE - 1, last) do
            fields[#fields + 1] = 'v' .. n
        end
        for i, noted in ipairs(call('HMGET', M, unpack(fields))) do
            local kept = {}
            for each in string.gmatch(noted or '', '%d+') do
                if tonumber(each) <= last then
                    kept[#kept + 1] = each
                end
            end
            if #kept > 0 then
                write_versions(hash, low + i - 1, kept)
            end
        end
    end
end

-- The turn that runs, or nil.
local function running_turn()
    local run = value_of('run')
    local value = run and call('HGET', T, run)
    local turn = value and read_turn(value)
    return turn and turn.state == 'R' and turn or nil
end

-- The last message whose place in the tree is decided: a turn that runs may still bring back what it replaces.
local function last_decided()
    local turn = running_turn()
    if turn then
        return turn.own and not turn.revived and turn.input - 1 or turn.reply - 1
    end
    return number('seq')
end

-- Visits the turns whose replies have these numbers, the newest turn first. Turns are in the order of their replies. The place of a turn
-- alone says nothing: where a process of an earlier version undoes an opening, the next turn gets the place of the turn that was undone.
local function turns_between(first, last, visit)
    local high, size = number('turns'), 4
    while high > 0 do
        local places, ids = {}, {}
        for k = high, math.max(high - size + 1, 1), -1 do
            places[#places + 1] = '#' .. k
        end
        high, size = high - size, math.min(size * 2, VERSIONS_AT_ONCE)
        for _, id in ipairs(call('HMGET', T, unpack(places))) do
            ids[#ids + 1] = id or nil
        end
        for _, value in ipairs(#ids > 0 and call('HMGET', T, unpack(ids)) or {}) do
            local turn = value and read_turn(value) or {}
            if turn.reply and turn.reply < first then
                return
            end
            if turn.reply and turn.reply <= last then
                visit(turn)
            end
        end
    end
end

-- What the turns whose replies have these numbers say of their inputs: by its number whether an input has come to count, false if its turn
-- ended without text and what it was to replace came back; and those inputs that failed first and were answered by a later turn, by the
-- number of the reply of that turn.
local function inputs_between(first, last)
    local counts, revived = {}, {}
    turns_between(first, last, function(turn)
        if turn.own and counts[turn.input] == nil then
            counts[turn.input] = turn.restored ~= '1'
            if turn.revived and counts[turn.input] then
                revived[turn.reply] = turn.input
            end
        end
    end)
    return counts, revived
end

-- Whether a message is the superseded input of a turn that this session does not have. A process of an earlier version makes such a session:
-- its forks have neither turns nor `marked`. Of the JSON only the part before the content is read, which holds no text of a user or a model.
local function is_of_lost_turn(n, value)
    if not is_there(value) or head(value) ~= 'U' or not range_at(n) then
        return false
    end
    local turn = string.match(value, '^[^{]*{[^%[{]*"turn":"([^"]*)"')
    return turn and call('HEXISTS', T, turn) == 0
end

-- The messages of these numbers with the messages before them, wherever a message is not the next number after the message before it, in
-- the order in which they came to count. That is the order of their numbers, but an input that failed first counts when it is answered, and
-- the input of a lost turn counts only if something was said after it.
local function branchings(first, last)
    local counts, revived = inputs_between(first, last)
    local found, answered_later, unanswered = {}, {}, {}
    for _, input in pairs(revived) do
        answered_later[input] = true
    end
    local function take(n, value)
        local before = value and before_of(value)
        if not before then
            return
        end
        unanswered[before] = nil
        if before + 1 ~= n then
            found[#found + 1] = { n, before }
            unanswered[n] = counts[n] == nil and is_of_lost_turn(n, value) or nil
        end
    end
    for low = first, last, VERSIONS_AT_ONCE do
        local fields = {}
        for n = low, math.min(low + VERSIONS_AT_ONCE - 1, last) do
            fields[#fields + 1] = n
        end
        for i, value in ipairs(call('HMGET', M, unpack(fields))) do
            local n = fields[i]
            if counts[n] ~= false and not answered_later[n] then
                take(n, value)
            end
            if revived[n] then
                take(revived[n], call('HGET', M, revived[n]))
            end
        end
    end
    local counted = {}
    for _, branching in ipairs(found) do
        if not unanswered[branching[1]] then
            counted[#counted + 1] = branching
        end
    end
    return counted
end

-- Completes the fields for what has been stored since they were last needed.
local function note_versions()
    local last, marked = last_decided(), number('marked')
    local changed, members = {}, {}
    for _, branching in ipairs(branchings(marked + 1, last)) do
        local n, before = unpack(branching)
        local found = changed[before] or versions_after(M, before)
        if not members[before] then
            members[before] = {}
            for _, each in ipairs(found) do
                members[before][each] = true
            end
        end
        -- A process of an earlier version has forked a session without `marked`, but with the fields.
        if not members[before][n] then
            members[before][n] = true
            found[#found + 1] = n
            changed[before] = found
        end
    end
    for n, found in pairs(changed) do
        write_versions(M, n, found)
    end
    write_fields('marked', math.max(marked, last))
end

-- The way from a superseded message back to the conversation as it stands, in rising order, removed messages included; and the message
-- of the conversation from which it starts, 0 for its beginning. It reads in chunks that grow, and visits the messages, the last one first.
local function branch_of(n, visit)
    local falling, rising, first = {}, {}, nil
    local low, size, chunk = n + 1, 1, nil
    while n > 0 do
        if not first or n < first then
            first = range_at(n)
        end
        if not first then
            break
        end
        falling[#falling + 1] = n
        if n < low then
            low = math.max(n - size + 1, 1)
            local fields = {}
            for each = low, n do
                fields[#fields + 1] = each
            end
            chunk, size = call('HMGET', M, unpack(fields)), math.min(size * 2, 64)
        end
        local value = chunk[n - low + 1]
        visit(value)
        local before = value and before_of(value) or 0
        n = before < n and before or 0
    end
    for i = #falling, 1, -1 do
        rising[#rising + 1] = falling[i]
    end
    return rising, n
end

-- The message after a number that counted last and that is stored, of those that are noted; or nil.
local function counted_last(noted)
    local all = {}
    for each in string.gmatch(noted, '%d+') do
        all[#all + 1] = each
    end
    for i = #all, 1, -1 do
        if call('HEXISTS', M, all[i]) == 1 then
            return tonumber(all[i])
        end
    end
end

-- Visits the messages that followed one when it last counted, in rising order, removed ones included. It reads in chunks that grow.
local function follow(n, visit)
    local size = 2
    while n do
        local fields = {}
        for i = n, n + size - 1 do
            fields[#fields + 1] = 'v' .. i
            fields[#fields + 1] = i + 1
        end
        local values, after = call('HMGET', M, unpack(fields)), n
        for i = 1, #fields, 2 do
            local noted, value = values[i], values[i + 1]
            if noted then
                after = counted_last(noted)
                if after then
                    visit(after, call('HGET', M, after))
                end
                break
            end
            if not value or before_of(value) ~= after then
                after = nil
                break
            end
            after = after + 1
            visit(after, value)
        end
        n = after
        size = math.min(size * 2, 64)
    end
end

-- Notes that a branch counts now. The removed messages before it count with it, whether the index shows them as superseded or not.
local function note_branch(hash, branch, from)
    local before = from
    for _, n in ipairs(branch) do
        note_chosen(hash, before, n)
        before = n
    end
    local n = from
    while n > 0 do
        local value = call('HGET', M, n)
        if is_there(value) then
            return
        end
        local earlier = value and before_of(value) or 0
        earlier = earlier < n and earlier or 0
        note_chosen(hash, earlier, n)
        n = earlier
    end
end

-- Makes the way from one message on (rising numbers up to the newest one) the current one in an index of superseded ranges.
local function lay_path(index, path, from, newest_number)
    last_range.last = nil
    call('ZREMRANGEBYSCORE', index, from + 1, '+inf')
    local low = from + 1
    for _, n in ipairs(path) do
        if low < n then
            call('ZADD', index, n - 1, low .. '-' .. (n - 1))
        end
        low = n + 1
    end
    if low <= newest_number then
        call('ZADD', index, newest_number, low .. '-' .. newest_number)
    end
end

-- Has those exchanges embedded that count again and have no vectors; called while the index shows the path that is left. A change of a
-- message forgets the vectors of the path on which it stands only, so after any change those of all other paths are made anew. What is being
-- embedded or summarised meanwhile is of the path that is left, and is read anew.
local function renew_vectors(join)
    if number('edits') ~= number('vecEdited') then
        for _, field in ipairs(call('HKEYS', VECTORS)) do
            if range_at(tonumber(field) or 0) then
                call('HDEL', VECTORS, field)
            end
        end
        increase('vecEdits', 1)
    end
    write_fields('vecEdited', increase('edits', 1))
    local start, looked = 1, 0
    walk_back(join, false, function(n, value)
        start, looked = n, looked + 1
        return head(value) == 'U' or looked > MOST_OF_AN_EXCHANGE
    end)
    if number('vec') >= start then
        write_fields('vec', start - 1)
    end
end
