-- The newest message of a conversation, and no more of it than a list shows. ARGV: owner, most bytes. Answers its number and how what is
-- stored of it begins. A message may be long and stay in Redis, so that one is read at a time.
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
