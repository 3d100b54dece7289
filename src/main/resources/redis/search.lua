-- Whether live messages hold a text. ARGV: number to start from downwards or 0, most messages and bytes to read, then
-- one or more spellings of the text as JSON has it, with ASCII in lower case.
if not allowed('*') then
    return { 'NO', 0, 0, 0 }
end
local start, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local most_bytes = tonumber(ARGV[3])
local looked, bytes, found, reached = 0, 0, false, 0

-- A quotation mark inside a JSON string is always escaped, so that this mark cannot stand in anybody's text.
local MARK = '"text":"'

local function text_end(value, from)
    while true do
        local quote = string.find(value, '"', from, true)
        if not quote then
            return #value
        end
        local slashes = 0
        while string.byte(value, quote - 1 - slashes) == 92 do
            slashes = slashes + 1
        end
        if slashes % 2 == 0 then
            return quote
        end
        from = quote + 1
    end
end

local function holds(value, wanted)
    if not string.find(value, wanted, 1, true) then
        return false
    end
    local _, from = string.find(value, MARK, 1, true)
    while from do
        local stop = text_end(value, from + 1)
        local at = string.find(value, wanted, from + 1, true)
        if not at then
            return false
        end
        if at + #wanted <= stop then
            return true
        end
        _, from = string.find(value, MARK, stop, true)
    end
    return false
end

walk_back(start > 0 and start or number('seq'), false, function(n, value)
    if looked >= most or bytes >= most_bytes then
        reached = n
        return true
    end
    looked = looked + 1
    bytes = bytes + #value
    local folded = string.lower(value)
    for i = 4, #ARGV do
        if holds(folded, ARGV[i]) then
            found = true
            return true
        end
    end
end)
return { found and 'YES' or 'NO', reached, looked, bytes }
