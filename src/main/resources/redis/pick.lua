-- Messages of ranges, those that are part of the conversation. ARGV: most bytes, then pairs of first and last number.
if not allowed('*') then
    return { 'NO_SESSION' }
end
local items, bytes = {}, 0
for i = 2, #ARGV, 2 do
    walk_on(tonumber(ARGV[i]), tonumber(ARGV[i + 1]), false, function(n, value)
        if bytes > tonumber(ARGV[1]) then
            return true
        end
        items[#items + 1] = n
        items[#items + 1] = value
        bytes = bytes + #value
    end)
end
return { 'OK', items }
