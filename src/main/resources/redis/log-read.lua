-- What a log holds after an id. KEYS: the session, the log. ARGV: id, most bytes, turn, replica that is to be told when there is more, or '',
-- and for how many milliseconds.
local MOST_ENTRIES = 20
local log, after, most = KEYS[2], tonumber(ARGV[1]), tonumber(ARGV[2])
if ARGV[4] ~= '' and value_of('run') == ARGV[3] then
    enlist('watch', ARGV[4], tonumber(ARGV[5]))
end
local top = call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
if not top then
    return { call('EXISTS', log), 0, 0, {} }
end
local last, items, bytes, more = tonumber(top[2][2]), {}, 0, 0
if after < last then
    local from = '-'
    if after > 0 then
        -- The batch in which the id stands may hold events after it.
        local batch = call('XREVRANGE', log, after .. '-0', '-', 'COUNT', 1)[1]
        from = batch and (tonumber(batch[2][2]) > after and batch[1] or '(' .. batch[1]) or '-'
    end
    local at, size = after, 1
    while bytes < most and at < last do
        local entries = call('XRANGE', log, from, '+', 'COUNT', size)
        for _, entry in ipairs(entries) do
            if bytes >= most then
                break
            end
            items[#items + 1] = entry[2][4]
            bytes = bytes + #entry[2][4]
            from = '(' .. entry[1]
            at = tonumber(entry[2][2])
        end
        if #entries < size and bytes < most then
            at = last
        end
        -- As many more as will fit if they are like these: one that is read and not wanted costs as much as one that is.
        size = math.max(1, math.min(MOST_ENTRIES, math.floor((most - bytes) * #items / math.max(1, bytes))))
    end
    more = at < last and 1 or 0
end
return { 1, last, more, items }
