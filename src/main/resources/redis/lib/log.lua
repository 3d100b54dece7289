local LOG_ENTRIES = 20000

-- Appends entries to a log: from an argument on the first id, the last id and the JSON of each. An entry is named by its first event, so
-- that Redis itself refuses what is repeated. Answers 0, or up to which event the log holds an entry that is longer than when it was
-- stored: neither the rest of that entry nor a later entry is stored. A failure of Redis is the second answer.
local function append_entries(log, from)
    for i = from, #ARGV, 3 do
        local added = redis.pcall('XADD', log, 'MAXLEN', LOG_ENTRIES, ARGV[i] .. '-0', 'l', ARGV[i + 1], 'e', ARGV[i + 2])
        if type(added) == 'table' then
            if not string.find(added.err, 'equal or smaller', 1, true) then
                return 0, added
            end
            local top = call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
            local stored = top and tonumber(top[2][2]) or 0
            if stored < tonumber(ARGV[i + 1]) then
                return stored
            end
        end
    end
    return 0
end
