-- Whether live messages hold a text. ARGV: number to start from downwards or 0, most messages and bytes to read, then
-- one or more spellings of the text as JSON has it, with ASCII in lower case.
if not allowed('*') then
    return { 'NO', 0, 0, 0 }
end
local start, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local most_bytes = tonumber(ARGV[3])
local looked, bytes, reached = 0, 0, 0
local found = { 'NO' }

-- A quotation mark inside a JSON string is always escaped, so that this mark cannot stand in anybody's text.
local MARK = '"text":"'
local BYTES_BEFORE, BYTES_AFTER = 60, 160

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

-- The place of a text in a message: its first and last byte, and those of the text block that it is in.
local function place_of(value, wanted)
    if not string.find(value, wanted, 1, true) then
        return nil
    end
    local _, from = string.find(value, MARK, 1, true)
    while from do
        local stop = text_end(value, from + 1)
        local at = string.find(value, wanted, from + 1, true)
        if not at then
            return nil
        end
        if at + #wanted <= stop then
            return { at = at, ends = at + #wanted - 1, first = from + 1, last = stop - 1 }
        end
        _, from = string.find(value, MARK, stop, true)
    end
    return nil
end

-- The words around a place, as JSON has them, and whether they are cut before and behind. They begin behind a blank or with the
-- text itself: neither stands inside a character or an escape.
local function words_around(value, place)
    local begins, ends = place.first, math.min(place.last, place.ends + BYTES_AFTER)
    if place.at - place.first > BYTES_BEFORE then
        local blank = string.find(value, ' ', place.at - BYTES_BEFORE, true)
        begins = blank and blank < place.at and blank + 1 or place.at
    end
    return string.sub(value, begins, ends), begins > place.first and 1 or 0, ends < place.last and 1 or 0
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
        local place = place_of(folded, ARGV[i])
        if place then
            local words, before, behind = words_around(value, place)
            found = { 'YES', n, words, before, behind }
            return true
        end
    end
end)
return { found[1], reached, looked, bytes, found[2], found[3], found[4], found[5] }
