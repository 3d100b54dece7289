local MOST_SUMMARIES = 8

-- The last messages that summaries cover which hold for the conversation as it stands, in rising order; of a part of it only
-- those up to a number.
local function summarised(top)
    local live = {}
    for _, field in ipairs(call('HKEYS', SUMMARIES)) do
        local n = tonumber(field)
        if n and n <= (top or n) and not range_at(n) then
            live[#live + 1] = n
        end
    end
    table.sort(live)
    return live
end

-- The summary in use and the newest one, of the whole conversation or up to a number.
local function summaries(top)
    local live, used, found = summarised(top), number('sum'), {}
    for i, n in ipairs(live) do
        if n == used or i == #live then
            found[#found + 1] = call('HGET', SUMMARIES, n)
        end
    end
    return found
end

-- What a context is chosen by beside the history: state, version of what it belongs to, summaries.
local function context(top)
    return { value_of('ctx') or '', number('planV'), summaries(top) }
end

-- Makes the next turn read anew what it needs.
local function forget_cut()
    write_fields('planF', 0)
    increase('planV', 1)
end

-- Forgets the vectors of the exchange that holds a message, and has it embedded anew. Vectors are named by the last message of
-- their exchange, or of the part of it that is embedded. Of a branch only its own messages make up an exchange.
local MOST_OF_AN_EXCHANGE = 200
local function forget_vectors(n)
    if call('EXISTS', VECTORS) == 0 then
        return
    end
    local superseded = range_at(n) ~= nil
    local start, fields = n, { n }
    local value = call('HGET', M, n)
    if not is_there(value) or head(value) ~= 'U' then
        local begins
        walk_back(n - 1, superseded, function(m, earlier)
            start = m
            fields[#fields + 1] = m
            begins = head(earlier) == 'U'
            return begins or #fields > MOST_OF_AN_EXCHANGE
        end)
        if not begins and not superseded and #fields > MOST_OF_AN_EXCHANGE then
            -- So far behind its beginning nothing of an exchange is embedded.
            return
        end
    end
    local before = #fields
    walk_on(n + 1, number('seq'), superseded, function(m, later)
        if head(later) == 'U' or #fields - before >= MOST_OF_AN_EXCHANGE then
            return true
        end
        fields[#fields + 1] = m
    end)
    call('HDEL', VECTORS, unpack(fields))
    increase('vecEdits', 1)
    if number('vec') >= start then
        write_fields('vec', start - 1)
    end
end

-- Forgets what was made from a message that is changed or removed. What another branch has replaced is in no summary that ends
-- in the conversation as it stands.
local function underive(n)
    local superseded = range_at(n) ~= nil
    local function is_made_from(through)
        return through >= n and (not superseded or range_at(through) ~= nil)
    end
    increase('edits', 1)
    forget_vectors(n)
    for _, field in ipairs(call('HKEYS', SUMMARIES)) do
        if is_made_from(tonumber(field) or 0) then
            call('HDEL', SUMMARIES, field)
        end
    end
    if is_made_from(number('sum')) then
        remove_fields('sum')
        forget_cut()
    end
end

-- Work beside turns: a claim is <until, ms>|<token>. A replica that repeats a command because its answer was lost names the same token:
-- the claim is still its own, and work that ended under it is neither counted nor stored twice.
local function is_claimed(field, token)
    local ends, holder = string.match(value_of(field) or '', '^(%d+)|(.*)$')
    return holder and holder ~= token and tonumber(ends) > now
end

local function claim(field, token, life)
    write_fields(field, (now + tonumber(life)) .. '|' .. token)
end

-- What was answered as the work under a token ended, or nil. Only the last few are known.
local MOST_ENDED = 16
local function answered(token)
    return string.match(value_of('ended') or '', token .. '=(%u+)')
end

local function note_answer(token, answer)
    local ended = { token .. '=' .. answer }
    for earlier in string.gmatch(value_of('ended') or '', '[^,]+') do
        if #ended < MOST_ENDED then
            ended[#ended + 1] = earlier
        end
    end
    write_fields('ended', table.concat(ended, ','))
end

-- Ends work: gives up the claim unless another replica has it by now, and notes the answer.
local function finish(field, token, answer)
    if string.match(value_of(field) or '', '|(.*)$') == token then
        remove_fields(field)
    end
    note_answer(token, answer)
end

-- Adds to changes of sums what a call to a model has used, from an argument on: input, cached, written, output, reasoning, cost in
-- 10^-12 or '', currency. The fields of the sums begin with the given words.
local function add_spending(changes, from, tokens, costs)
    for i, field in ipairs({ 'in', 'cached', 'written', 'out', 'reason' }) do
        if ARGV[from + i - 1] ~= '0' then
            changes[#changes + 1] = tokens .. field
            changes[#changes + 1] = ARGV[from + i - 1]
        end
    end
    if ARGV[from + 5] ~= '' then
        changes[#changes + 1] = costs .. ARGV[from + 6]
        changes[#changes + 1] = ARGV[from + 5]
    end
end

-- Adds what a call to a model beside turns has used to the sums of all calls and to those of calls beside turns.
local function spend(from)
    local changes = {}
    add_spending(changes, from, 'u', 'cost:')
    add_spending(changes, from, 'x', 'xcost:')
    add(unpack(changes))
end
