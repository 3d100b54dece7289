-- Ends the embedding of exchanges: counts what it has used, and stores the vectors unless a message has been changed meanwhile.
-- ARGV: space, edits when the exchanges were read, last message dealt with, most turns to keep, token of the claim, usage and cost
-- as for a commit, then pairs of last message and vectors.
local token = ARGV[5]
if not allowed('*') then
    return { 'NO_SESSION' }
end
local earlier = answered(token)
if earlier then
    return { earlier }
end
spend(6)
if number('edits') ~= tonumber(ARGV[2]) or value_of('vecSpace') ~= ARGV[1] then
    finish('vecBusy', token, 'STALE')
    keep()
    return { 'STALE' }
end
local greatest, between = number('vecMax'), false
for i = 13, #ARGV, 2 do
    local n = tonumber(ARGV[i])
    call('HSET', VECTORS, n, ARGV[i + 1])
    between = between or n < greatest
    greatest = math.max(greatest, n)
end
write_fields('vec', math.max(number('vec'), tonumber(ARGV[3])), 'vecMax', greatest)
if between then
    -- Readers go on after the greatest they know.
    increase('vecEdits', 1)
end
local oldest, surplus = math.max(1, number('vecMin')), call('HLEN', VECTORS) - tonumber(ARGV[4])
while surplus > 0 and oldest < greatest do
    surplus = surplus - call('HDEL', VECTORS, oldest)
    oldest = oldest + 1
end
write_fields('vecMin', oldest)
finish('vecBusy', token, 'OK')
keep()
return { 'OK' }
