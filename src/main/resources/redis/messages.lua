-- A page of messages in conversation order. ARGV: owner, '1' for superseded ones too, number to end before or 0, number to
-- start after or 0, limit, most bytes of a page, most bytes of an answer or ''. A longer answer gives only its length.
-- Answers with number, value, whether superseded, and number of the message before it, of each message.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local all, before, after = ARGV[2] == '1', tonumber(ARGV[3]), tonumber(ARGV[4])
local limit, most = tonumber(ARGV[5]), tonumber(ARGV[6])
local seq = number('seq')
local items, ends, taken, bytes, more = {}, {}, 0, 0, 0
local function take(n, value)
    if taken >= limit or (taken > 0 and bytes + #value > most) then
        more = 1
        return true
    end
    items[#items + 1] = n
    items[#items + 1] = value
    items[#items + 1] = all and range_at(n) and 1 or 0
    items[#items + 1] = 0
    ends[n] = n
    taken = taken + 1
    bytes = bytes + #value
end
local other = 0
local function there()
    other = 1
    return true
end
if after > 0 then
    walk_on(after + 1, seq, all, take)
    if taken > 0 then
        walk_back(items[1] - 1, all, there)
    end
else
    walk_back(before > 0 and math.min(before - 1, seq) or seq, all, take)
    if taken > 0 and before > 0 then
        walk_on(items[1] + 1, seq, all, there)
    end
end
local short = tonumber(ARGV[7])
if short and bytes > short then
    return { 'LONG', bytes }
end
for i = 4, #items, 4 do
    items[i] = stored_before(items[i - 2], ends)
end
return { 'OK', more, other, items, bytes }
