-- Whether a request that stands in line may try to open its turn. ARGV: owner, waiter, replica, how long it is believed to wait, most
-- waiters.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local place = stand_in_line(ARGV[2], ARGV[3], now + tonumber(ARGV[4]), tonumber(ARGV[5]))
local alive = value_of('run') and number('lease') > now
return { 'OK', (place == 1 and not alive) and 1 or 0 }
