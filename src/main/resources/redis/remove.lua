-- Removes messages, all or none. ARGV: owner, version of the first or '', time, name of the request (a repetition of it is
-- no error), then numbers.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local first = call('HGET', M, ARGV[5])
if first and not is_there(first) and string.match(first, '|(.*)$') == ARGV[4] then
    return { 'OK' }
end
local refusal = unchangeable(first)
if refusal then
    return refusal
end
local _, version = head(first)
if ARGV[2] ~= '' and version ~= tonumber(ARGV[2]) then
    return { 'STALE' }
end
for i = 5, #ARGV do
    local n = tonumber(ARGV[i])
    local value = call('HGET', M, n)
    if is_there(value) then
        local _, _, tokens, before = head(value)
        local live = not range_at(n)
        call('HSET', M, n, '~' .. before .. '|' .. ARGV[4])
        count(live and -1 or 0, live and -tokens or 0, -1, -#value)
        underive(n)
        news('message', n, 'removed')
    end
end
write_fields('upd', ARGV[3])
keep()
return { 'OK' }
