-- The tool messages that stand after a message on any branch, with nothing but tool messages and removed messages in between. ARGV: owner,
-- number, most messages to look at.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
note_versions()
local found, looked, left = {}, { tonumber(ARGV[2]) }, tonumber(ARGV[3])
local next_one = 1
while looked[next_one] and left > 0 do
    for _, n in ipairs(versions_after(M, looked[next_one])) do
        local value = left > 0 and call('HGET', M, n)
        left = left - 1
        if is_there(value) and head(value) == 'T' then
            found[#found + 1] = n
        end
        if value and (not is_there(value) or head(value) == 'T') then
            looked[#looked + 1] = n
        end
    end
    next_one = next_one + 1
end
return { 'OK', found }
