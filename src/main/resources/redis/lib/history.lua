-- History by a plan: 'from' a number downwards. Returns pairs of number and value, newest first, whether that is all, and the
-- oldest number that was asked for. That one holds only while it is part of the conversation, and then in place of a number of
-- messages: it says where the history was cut. After a colon may stand one older message that is read too, the input of an
-- exchange whose middle is left out. What stands above the history, if anything, counts as one message of so many tokens.
local function history(from, plan, most_messages, most_tokens, above)
    local oldest, beside = string.match(plan, '^(%d+):?(%d*)$')
    oldest, beside = tonumber(oldest or 0), tonumber(beside or '') or 0
    if oldest > from or (oldest > 0 and range_at(oldest)) then
        oldest, beside = 0, 0
    end
    if oldest > 0 then
        most_messages = 0
    end
    local items, messages, tokens, complete, enough = {}, 0, 0, 1, false
    local function take(length)
        messages = messages + 1
        tokens = tokens + length
        enough = (most_messages > 0 and messages >= most_messages) or (most_tokens > 0 and tokens >= most_tokens)
    end
    if above then
        take(above)
    end
    walk_back(from, false, function(n, value)
        if enough or n < oldest then
            complete = 0
            return true
        end
        items[#items + 1] = n
        items[#items + 1] = value
        local _, _, length = head(value)
        take(length)
    end)
    local input = beside > 0 and beside < oldest and not range_at(beside) and call('HGET', M, beside)
    if not is_there(input) then
        return items, complete, oldest
    end
    items[#items + 1] = beside
    items[#items + 1] = input
    return items, complete, oldest .. ':' .. beside
end

-- All that a turn is run with, as the answer of a script. The plan is the stored one where its first part is ''.
local function opening(id, oldest, messages, tokens)
    local value = call('HGET', T, id)
    local turn = read_turn(value)
    local plan
    if oldest == '' then
        plan = call('HMGET', S, 'planF', 'planN', 'planT')
    else
        plan = { oldest, messages, tokens }
    end
    local items, complete, first = history(turn.input, plan[1] or '0', tonumber(plan[2] or 0), tonumber(plan[3] or 0))
    plan[1] = first
    return { 'OPENED', id, value, session(), plan, complete, index_is_short(), items, context() }
end
