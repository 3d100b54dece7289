-- Takes a number and what follows it out of the superseded range that holds it.
local function take_out(n)
    local first, last = range_at(n)
    if first then
        remove_range(first .. '-' .. last)
        if first < n then
            add_range(first, n - 1)
        end
    end
end

-- Supersedes all that follows a live message (0: everything) up to a number and notes how to undo it.
local function cut(p, last)
    local messages, tokens = 0, 0
    walk_back(last, false, function(n, value)
        if n <= p then
            return true
        end
        local _, _, length = head(value)
        messages = messages + 1
        tokens = tokens + length
    end)
    if messages == 0 then
        return
    end
    local swallowed = call('ZRANGEBYSCORE', X, p + 1, last)
    for _, range in ipairs(swallowed) do
        remove_range(range)
    end
    local range = (p + 1) .. '-' .. last
    add_range(p + 1, last)
    count(-messages, -tokens, 0, 0)
    write_fields('undo', range .. '|' .. messages .. '|' .. tokens .. '|' .. table.concat(swallowed, ','))
end

local function cut_after(p)
    cut(p, number('seq'))
end

-- Brings back what the running turn superseded; true if it did supersede something.
local function uncut()
    local note = value_of('undo')
    if not note then
        return false
    end
    local range, messages, tokens, swallowed = string.match(note, '^([^|]*)|(%d+)|(%d+)|(.*)$')
    remove_range(range)
    for member in string.gmatch(swallowed, '[^,]+') do
        add_range(bounds(member))
    end
    count(tonumber(messages), tonumber(tokens), 0, 0)
    remove_fields('undo')
    return true
end
