-- What a turn would find, without opening one. ARGV: owner, plan (oldest or '' for the stored one, messages, tokens), kind of
-- input (say, stands, again, instead), replaced number, tokens of what is said anew or '', most messages to list, most bytes
-- of messages to look at for the list. Answers with the session, plan, whether all was read, history, context, messages and
-- tokens of the conversation, its newest number that was there before, the next number, and the list of number, role and
-- tokens, newest first.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local plan, kind, above = { ARGV[2], ARGV[3], ARGV[4] }, ARGV[5], tonumber(ARGV[7])
if ARGV[2] == '' then
    plan = call('HMGET', S, 'planF', 'planN', 'planT')
end

local seq = number('seq')
local top, revived = seq, nil
if kind == 'instead' then
    local reason = irreplaceable(tonumber(ARGV[6]))
    if reason then
        return { reason }
    end
    top = newest(tonumber(ARGV[6]) - 1) or 0
elseif kind == 'again' then
    local failed, before = revivable()
    if failed then
        revived, top = failed.input, before
    else
        top = last_input(seq)
    end
    if not top then
        return { 'NOTHING' }
    end
end

local messages, tokens = number('n'), number('tok')
walk_back(seq, false, function(n, value)
    if n <= top then
        return true
    end
    local _, _, length = head(value)
    messages = messages - 1
    tokens = tokens - length
end)

local most, bytes, listed = 3 * tonumber(ARGV[8]), tonumber(ARGV[9]), {}
local function list(n, value)
    local role, _, length = head(value)
    for _, each in ipairs({ n, role, length }) do
        listed[#listed + 1] = each
    end
    bytes = bytes - #value
    return #listed >= most or bytes <= 0
end

local first = {}
if revived then
    local value = call('HGET', M, revived)
    local _, _, length = head(value)
    messages = messages + 1
    tokens = tokens + length
    above = length
    first = { revived, value }
    list(revived, value)
end
walk_back(top, false, list)

local items, complete, oldest = history(top, plan[1] or '0', tonumber(plan[2] or 0), tonumber(plan[3] or 0), above)
plan[1] = oldest
for _, each in ipairs(items) do
    first[#first + 1] = each
end
return { 'OK', session(), plan, complete, first, context(top), messages, tokens, top, seq + 1, listed }
