-- Appends messages, all or none; a repetition answers with those that are left. ARGV: owner, time, idempotency key or '',
-- fingerprint, most messages, most bytes, number of messages, the messages, then images.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
forget_old()
local earlier, misused = known(ARGV[3], ARGV[4], 'a')
if misused then
    return { 'REUSED' }
end
if earlier then
    local first, last = bounds(earlier)
    local items = {}
    if first <= last then
        scan(first, last, function(n, value)
            items[#items + 1] = n
            items[#items + 1] = value
            items[#items + 1] = range_at(n) and 1 or 0
            items[#items + 1] = stored_before(value)
        end)
        if #items == 0 then
            return { 'NO_MESSAGE' }
        end
    end
    return { 'KNOWN', items }
end
local run = value_of('run')
if run then
    return { 'RUNNING', run }
end
local messages, bytes = tonumber(ARGV[7]), 0
for i = 8, 7 + messages do
    bytes = bytes + #ARGV[i]
end
for i = 9 + messages, #ARGV, 2 do
    bytes = bytes + #ARGV[i]
end
if is_full(messages, bytes, ARGV[5], ARGV[6]) then
    return { 'FULL' }
end
local seq = number('seq')
local first_before = newest(seq) or 0
local before = first_before
for i = 1, messages do
    put(seq + i, before, ARGV[7 + i])
    before = seq + i
end
put_images(8 + messages, #ARGV)
write_fields('seq', seq + messages, 'upd', ARGV[2])
if ARGV[3] ~= '' then
    remember(ARGV[3], ARGV[4] .. '|a|' .. (seq + 1) .. '-' .. (seq + messages))
end
if messages > FEED_KEPT / 2 then
    news('missed')
else
    for i = 1, messages do
        news('message', seq + i, 'added')
    end
end
keep()
return { 'OK', seq + 1, index_is_short(), first_before }
