-- Ends the making of a summary: counts what it has used, and stores it unless a message has been changed meanwhile. ARGV: last
-- message it covers, edits when its source was read, the summary or '' where none came of it, token of the claim, usage and cost
-- as for a commit.
local through, token = tonumber(ARGV[1]), ARGV[4]
if not allowed('*') then
    return { 'NO_SESSION' }
end
local earlier = answered(token)
if earlier then
    return { earlier }
end
spend(5)
local stored = ARGV[3] ~= '' and number('edits') == tonumber(ARGV[2]) and is_there(call('HGET', M, through))
if stored then
    call('HSET', SUMMARIES, through, ARGV[3])
    local fields = {}
    for _, field in ipairs(call('HKEYS', SUMMARIES)) do
        fields[#fields + 1] = tonumber(field)
    end
    table.sort(fields)
    for i = 1, #fields - MOST_SUMMARIES do
        if fields[i] ~= number('sum') then
            call('HDEL', SUMMARIES, fields[i])
        end
    end
end
local answer = stored and 'OK' or 'STALE'
finish('sumBusy', token, answer)
keep()
return { answer }
