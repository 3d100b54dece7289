-- Messages of ranges, those that are part of the conversation. A range whose last message is not is what another branch was. ARGV: most bytes, then pairs of first and last number.
if not allowed('*') then
    return { 'NO_SESSION' }
end
local items, bytes = {}, 0
for i = 2, #ARGV, 2 do
    local last = tonumber(ARGV[i + 1])
    walk_on(range_at(last) and last + 1 or tonumber(ARGV[i]), last, false, function(n, value)
        if bytes > tonumber(ARGV[1]) then
            return true
        end
        items[#items + 1] = n
        items[#items + 1] = value
        bytes = bytes + #value
    end)
end
return { 'OK', items }
