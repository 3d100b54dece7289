-- Returns the newest message of a conversation as far as a list shows it. ARGV: owner, most bytes. Answers its number and the beginning
-- of its stored form. The script reads one message at a time, because a message may be long.
if not allowed(ARGV[1]) then
    return { 'NONE' }
end
local n, value = number('seq'), nil
for _ = 1, 64 do
    local first = n > 0 and range_at(n)
    if first then
        n = first - 1
    else
        value = n > 0 and call('HGET', M, n)
        if n <= 0 or is_there(value) then
            break
        end
        n = value and tonumber(string.match(value, '^~(%d+)')) or n - 1
    end
end
if not is_there(value) then
    n, value = newest(n)
end
if not value then
    return { 'NONE' }
end
return { 'OK', n, string.sub(value, 1, tonumber(ARGV[2])) }
