-- One message, superseded or not. ARGV: owner, number, most bytes of a message or ''. A longer message gives only
-- its length. Answers with its value, whether it is superseded, and the number of the message before it.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local value = call('HGET', M, ARGV[2])
if not is_there(value) then
    return { 'NO_MESSAGE' }
end
local short = tonumber(ARGV[3])
if short and #value > short then
    return { 'LONG', #value }
end
return { 'OK', value, range_at(tonumber(ARGV[2])) and 1 or 0, stored_before(value) }
