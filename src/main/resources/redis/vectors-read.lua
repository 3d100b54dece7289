-- Vectors of a session after a message, in rising order. ARGV: space, message, edits up to which the reader knows them or '', most
-- vectors. Answers the edits, whether there are more, and the vectors; from the start where the reader's are outdated.
if not allowed('*') then
    return { 'NO_SESSION' }
end
local edits = number('vecEdits')
if value_of('vecSpace') ~= ARGV[1] then
    return { 'OK', edits, 0, 0, {} }
end
local up_to_date = tonumber(ARGV[3] ~= '' and ARGV[3] or -1) == edits
local n, greatest, most = math.max(1, number('vecMin')), number('vecMax'), tonumber(ARGV[4])
if up_to_date then
    n = math.max(n, tonumber(ARGV[2]) + 1)
end
local items = {}
while n <= greatest and #items < most do
    local fields = {}
    for m = n, math.min(n + 127, greatest) do
        fields[#fields + 1] = m
    end
    for _, value in ipairs(call('HMGET', VECTORS, unpack(fields))) do
        if value then
            items[#items + 1] = value
        end
    end
    n = n + #fields
end
return { 'OK', edits, n <= greatest and 1 or 0, n - 1, items }
