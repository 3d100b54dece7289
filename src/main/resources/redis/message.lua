-- One message, superseded or not. ARGV: owner, number.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local value = call('HGET', M, ARGV[2])
if not is_there(value) then
    return { 'NO_MESSAGE' }
end
return { 'OK', value, range_at(tonumber(ARGV[2])) and 1 or 0 }
