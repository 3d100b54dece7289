-- What has changed in a session after a number. ARGV: owner, number or '' for from now on, replica that is to be told when there is
-- more, for how many milliseconds. Answers with the newest number, whether some between are not known any more, and what is known.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local ends = number('feed')
if ends <= now then
    -- No replica has noted what happened meanwhile: a number without news, so that a client that comes back sees that.
    redis.pcall('HINCRBY', S, 'feedN', 1)
    remove_fields('feeders', 'f:' .. (number('feedN') - FEED_KEPT))
end
if ends < now + HOUR / 2 then
    redis.pcall('HSET', S, 'feed', string.format('%.0f', now + HOUR))
end
enlist('feeders', ARGV[3], tonumber(ARGV[4]))

local last = number('feedN')
local after = tonumber(ARGV[2] == '' and last or ARGV[2])
if after == last then
    return { 'OK', last, 0, {} }
end
if after > last or last - after > FEED_KEPT then
    return { 'OK', last, 1, {} }
end
local fields = {}
for n = after + 1, last do
    fields[#fields + 1] = 'f:' .. n
end
local items = call('HMGET', S, unpack(fields))
for i = 1, #fields do
    if not items[i] then
        return { 'OK', last, 1, {} }
    end
end
return { 'OK', last, 0, items }
