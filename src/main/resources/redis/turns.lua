-- Turns, newest first. ARGV: owner, state or '', number to start before or 0, number to start after or 0 (both in list
-- order), limit, most to look at, most bytes of a page, most bytes of an answer or ''. A longer answer gives only its length.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local state, limit, budget, most = ARGV[2], tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local total = number('turns')
local newer_than, older_than = tonumber(ARGV[3]), tonumber(ARGV[4])
local from, to = older_than > 0 and older_than - 1 or total, 1
if newer_than > 0 then
    from, to = newer_than + 1, total
end
local step = newer_than > 0 and 1 or -1
from = math.min(from, total + 1)

local items, looked, reached, bytes, full = {}, 0, from, 0, false
while (to - from) * step >= 0 and #items < limit * 3 and looked < budget and not full do
    local size = math.min((to - from) * step + 1, 100, budget - looked)
    local places = {}
    for i = 0, size - 1 do
        places[i + 1] = '#' .. (from + i * step)
    end
    local ids = call('HMGET', T, unpack(places))
    for i = 1, size do
        local value = ids[i] and call('HGET', T, ids[i])
        local wanted = value and (state == '' or string.sub(value, 3, 3) == state)
        if wanted and #items > 0 and bytes + #value > most then
            full = true
            break
        end
        looked = looked + 1
        reached = from + (i - 1) * step
        if wanted then
            bytes = bytes + #value
            items[#items + 1] = reached
            items[#items + 1] = ids[i]
            items[#items + 1] = value
            if #items >= limit * 3 then
                break
            end
        end
    end
    from = reached + step
end
local more = (to - from) * step >= 0 and 1 or 0
local other = newer_than > 0 and (newer_than >= 1 and 1 or 0) or ((older_than > 0 and older_than <= total) and 1 or 0)
local short = tonumber(ARGV[8])
if short and bytes > short then
    return { 'LONG', bytes }
end
return { 'OK', more, other, reached, items, bytes }
