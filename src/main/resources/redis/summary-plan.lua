-- Claims the making of a summary and reads what it is made from. ARGV: last message to be covered, ms for which the claim
-- holds, most bytes to read, token of the claim.
local through, most, token = tonumber(ARGV[1]), tonumber(ARGV[3]), ARGV[4]
if not allowed('*') then
    return { 'NO_SESSION' }
end
local live = summarised()
local before = live[#live] or 0
if is_claimed('sumBusy', token) or before >= through or range_at(through) or not is_there(call('HGET', M, through)) then
    return { 'NO' }
end
claim('sumBusy', token, ARGV[2])
local items, bytes = {}, 0
walk_on(before + 1, through, false, function(n, value)
    if bytes > most then
        return true
    end
    items[#items + 1] = n
    items[#items + 1] = value
    bytes = bytes + #value
end)
return { 'OK', number('edits'), before > 0 and call('HGET', SUMMARIES, before) or '', items }
