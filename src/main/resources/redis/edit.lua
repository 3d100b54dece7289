-- Replaces a message if its version is still the one that was read. ARGV: owner, number, version, time, message, most bytes,
-- then images.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local n = tonumber(ARGV[2])
local old = call('HGET', M, n)
local refusal = unchangeable(old)
if refusal then
    return refusal
end
local _, version, tokens, before = head(old)
local value = '1|' .. before .. '|' .. ARGV[5]
if version == tonumber(ARGV[3]) + 1 and old == value then
    return { 'OK', old, range_at(n) and 1 or 0, stored_before(old) }
end
if version ~= tonumber(ARGV[3]) then
    return { 'STALE' }
end
local bytes = #value - #old
for i = 8, #ARGV, 2 do
    bytes = bytes + #ARGV[i]
end
if bytes > 0 and is_full(0, bytes, '1000000000', ARGV[6]) then
    return { 'FULL' }
end
local superseded = range_at(n)
local _, _, length = head(value)
call('HSET', M, n, value)
count(0, superseded and 0 or length - tokens, 0, #value - #old)
underive(n)
put_images(7, #ARGV)
write_fields('upd', ARGV[4])
news('message', n, 'edited')
keep()
return { 'OK', value, superseded and 1 or 0, stored_before(value) }
