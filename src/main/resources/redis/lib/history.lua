-- History by a plan: 'from' a number downwards. Returns pairs of number and value, newest first, whether that is all, and the
-- oldest number that was asked for. That one holds only while it is part of the conversation, and then in place of a number of
-- messages: it says where the history was cut. After a colon may stand one older message that is read too, the input of an
-- exchange whose middle is left out. What stands above the history, if anything, counts as one message of so many tokens. Answers
-- also with the newest live number, 0 if there is none. The pairs are added to a table if one is given.
local function history(from, plan, most_messages, most_tokens, above, items)
    local oldest, beside = string.match(plan, '^(%d+):?(%d*)$')
    oldest, beside = tonumber(oldest or 0), tonumber(beside or '') or 0
    if oldest > from or (oldest > 0 and range_at(oldest)) then
        oldest, beside = 0, 0
    end
    if oldest > 0 then
        most_messages = 0
    end
    local messages, tokens, complete, enough, top = 0, 0, 1, false, 0
    items = items or {}
    local function take(length)
        messages = messages + 1
        tokens = tokens + length
        enough = (most_messages > 0 and messages >= most_messages) or (most_tokens > 0 and tokens >= most_tokens)
    end
    if above then
        take(above)
    end
    local likely = oldest > 0 and from - oldest + 2 or most_messages
    walk_back(from, false, function(n, value)
        top = math.max(top, n)
        if enough or n < oldest then
            complete = 0
            return true
        end
        items[#items + 1] = n
        items[#items + 1] = value
        take(tokens_of(value))
    end, math.max(4, math.min(likely, 32)))
    local input = beside > 0 and beside < oldest and not range_at(beside) and call('HGET', M, beside)
    if not is_there(input) then
        return items, complete, oldest, top
    end
    items[#items + 1] = beside
    items[#items + 1] = input
    return items, complete, oldest .. ':' .. beside, top
end

-- The given plan as a table, or the stored one where its first part is ''.
local function plan_of(oldest, messages, tokens)
    if oldest == '' then
        return { value_of('planF'), value_of('planN'), value_of('planT') }
    end
    return { oldest, messages, tokens }
end

-- History by a plan from a number downwards. The plan then says where the history begins.
local function planned(from, plan, above, items)
    local found, complete, first, top = history(from, plan[1] or '0', tonumber(plan[2] or 0), tonumber(plan[3] or 0), above, items)
    plan[1] = first
    return found, complete, top
end

-- All that a turn is run with, as the answer of a script.
local function opening(id, value, plan, items, complete)
    return { 'OPENED', id, value, session(), plan, complete, index_is_short(), items, context() }
end

-- The same for a turn that is stored, by a plan.
local function stored_opening(id, plan)
    local value = call('HGET', T, id)
    local items, complete = planned(read_turn(value).input, plan)
    return opening(id, value, plan, items, complete)
end
