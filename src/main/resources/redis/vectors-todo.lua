-- Claims the embedding of exchanges that have no vectors yet and reads them. The newest exchange may still grow, so that it waits
-- for the next one; of a very long one only the beginning is embedded. ARGV: space of the vectors, ms for which the claim holds,
-- most messages, most bytes, token of the claim. Without messages there is no claim, but there may be more behind.
local MOST_READ = 1000
local most, most_bytes, token = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
if not allowed('*') then
    return { 'NO_SESSION' }
end
if is_claimed('vecBusy', token) then
    return { 'NO' }
end
if value_of('vecSpace') ~= ARGV[1] then
    call('UNLINK', VECTORS)
    write_fields('vecSpace', ARGV[1], 'vec', 0, 'vecMin', 1, 'vecMax', 0)
    increase('vecEdits', 1)
end
local through, oldest = number('vec'), number('vecMin')
local items, bytes, read, more = {}, 0, 0, 0
local open, last
local function close()
    -- What was forgotten for being too old stays so.
    if last >= oldest and call('HEXISTS', VECTORS, last) == 0 then
        for i = 1, #open do
            items[#items + 1] = open[i]
        end
    end
    open, through = nil, last
end
walk_on(through + 1, number('seq'), false, function(n, value)
    local begins = head(value) == 'U'
    if open and (begins or #open >= 2 * MOST_OF_AN_EXCHANGE or bytes >= most_bytes) then
        close()
    end
    if not open and (#items >= 2 * most or bytes >= most_bytes or read >= MOST_READ) then
        more = 1
        return true
    end
    read, last = read + 1, n
    if begins then
        open = {}
    end
    if open then
        open[#open + 1] = n
        open[#open + 1] = value
        bytes = bytes + #value
    else
        through = n
    end
end)
if #items == 0 then
    write_fields('vec', through)
    return { more == 1 and 'OK' or 'NO', number('edits'), through, more, items }
end
claim('vecBusy', token, ARGV[2])
return { 'OK', number('edits'), through, more, items }
