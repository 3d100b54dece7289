-- Returns the messages of ranges of numbers. Of a range it leaves out the messages that are superseded. It leaves out a whole range if the
-- last message of the range is superseded: then the range is an exchange of another branch. ARGV: most bytes, then pairs of first and last
-- number.
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
