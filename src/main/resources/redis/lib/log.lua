local LOG_ENTRIES = 20000
-- Events stand together up to so many bytes: a reader of a page of a log is given whole entries.
local ENTRY_BYTES = 8192

-- Event log: KEYS[9]. Writes the events from an argument on (pairs of id and JSON) that are not there yet. Never outlives the
-- session; nor does it end before a running turn, whose reply it is if the turn's owner dies.
local function write_log(from, most)
    local log = KEYS[9]
    local top = call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
    local stored = top and tonumber(top[2][2]) or 0
    local first, last, events, bytes = nil, nil, {}, 0
    for i = from, #ARGV, 2 do
        if tonumber(ARGV[i]) > stored then
            first, last, bytes = first or ARGV[i], ARGV[i], bytes + #ARGV[i + 1]
            events[#events + 1] = ARGV[i + 1]
        end
        if first and (bytes >= ENTRY_BYTES or i + 2 > #ARGV) then
            call('XADD', log, 'MAXLEN', LOG_ENTRIES, first .. '-0', 'l', last, 'e', '[' .. table.concat(events, ',') .. ']')
            first, events, bytes = nil, {}, 0
        end
    end
    local life = lifetime()
    expire(log, most and math.min(life or most, most) or life)
end
