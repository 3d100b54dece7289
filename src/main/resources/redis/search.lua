-- Whether live messages hold a text. ARGV: number to start from downwards or 0, most messages and bytes to read, then
-- one or more spellings of the text as JSON has it, with ASCII in lower case.
if not allowed('*') then
    return { 'NO', 0, 0, 0 }
end
local start, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local most_bytes = tonumber(ARGV[3])
local looked, bytes, reached = 0, 0, 0
local found = { 'NO' }

-- A quotation mark inside a JSON string is always escaped, so that this mark cannot stand in the text of a message.
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

-- Whether a place is the beginning of a character: neither inside an escape (\n, \u001b) nor inside the bytes of a character.
local function begins_character(value, at)
    local byte = string.byte(value, at)
    if byte and byte >= 128 and byte < 192 then
        return false
    end
    for back = 1, 5 do
        local slashes = 0
        while string.byte(value, at - back - slashes) == 92 do
            slashes = slashes + 1
        end
        -- An odd number of backslashes begins an escape, of which all is read that stands before the place.
        if slashes % 2 == 1 and (back == 1 or string.byte(value, at - back + 1) == 117) then
            return false
        end
    end
    return true
end

-- Finds a text in the text blocks of a message: the first and last byte of the text, and those of its block. Each byte is passed once,
-- because a place that is found beyond a block is kept for the blocks after it.
local function find_text(value, wanted)
    local at = string.find(value, wanted, 1, true)
    local _, from = nil, nil
    if at then
        _, from = string.find(value, MARK, 1, true)
    end
    while at and from do
        local stop = text_end(value, from + 1)
        while at and (at <= from or (at + #wanted <= stop and not begins_character(value, at))) do
            at = string.find(value, wanted, math.max(at, from) + 1, true)
        end
        if at and at + #wanted <= stop then
            return { at = at, ends = at + #wanted - 1, first = from + 1, last = stop - 1 }
        end
        _, from = string.find(value, MARK, stop, true)
    end
    return nil
end

-- The words before a place and those from it on, as JSON has them, and whether they are cut at the beginning and at the end. They begin
-- with a blank that stands far enough before the place, else with any character, which may be the rest of a longer one.
local function words_around(value, place)
    local begins, ends = place.first, math.min(place.last, place.ends + BYTES_AFTER)
    if place.at - place.first > BYTES_BEFORE then
        local low = place.at - BYTES_BEFORE
        local blank = string.find(value, ' ', low, true)
        if blank and blank < place.at - BYTES_BEFORE / 2 then
            begins = blank
        else
            begins = low
            while begins < place.at and not begins_character(value, begins) do
                begins = begins + 1
            end
        end
    end
    return string.sub(value, begins, place.at - 1), string.sub(value, place.at, ends), begins > place.first and 1 or 0,
        ends < place.last and 1 or 0
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
        local place = find_text(folded, ARGV[i])
        if place then
            found = { 'YES', n, words_around(value, place) }
            return true
        end
    end
end)
return { found[1], reached, looked, bytes, found[2], found[3], found[4], found[5], found[6] }
