-- Vectors of a session after a message, in rising order. ARGV: space, message, edits up to which the reader knows them or '', most
-- vectors. Answers the edits, whether there are more, and the vectors; from the start where the reader's are outdated.
if not allowed('*') then
    return { 'NO_SESSION' }
end
local edits = number('vecEdits')
if call('HGET', S, 'vecSpace') ~= ARGV[1] then
    return { 'OK', edits, 0, 0, {} }
end
local known = tonumber(ARGV[3] ~= '' and ARGV[3] or -1) == edits
local n, newest, most = math.max(1, number('vecMin')), number('vecMax'), tonumber(ARGV[4])
if known then
    n = math.max(n, tonumber(ARGV[2]) + 1)
end
local items = {}
while n <= newest and #items < most do
    local fields = {}
    for m = n, math.min(n + 127, newest) do
        fields[#fields + 1] = m
    end
    for _, value in ipairs(call('HMGET', VECTORS, unpack(fields))) do
        if value then
            items[#items + 1] = value
        end
    end
    n = n + #fields
end
return { 'OK', edits, n <= newest and 1 or 0, n - 1, items }
