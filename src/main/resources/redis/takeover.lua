-- Takes over a turn whose lease has run out, or one that was asked to stop and has not done so. ARGV: turn, epoch, lease, name of
-- the request (a repetition of it has the turn already), replica, '1' not to wait for the lease. Answers whether the turn is the
-- caller's.
if not allowed('*') then
    return { 'NO_SESSION' }
end
local value = call('HGET', T, ARGV[1])
if not value then
    return { 'NO_TURN' }
end
local turn = read_turn(value)
local free = number('lease') <= now or (ARGV[6] == '1' and call('HEXISTS', S, 'cancel') == 1)
if turn.state == 'R' and call('HGET', S, 'run') == ARGV[1] and turn.epoch == tonumber(ARGV[2]) and free then
    turn.epoch = call('HINCRBY', S, 'epoch', 1)
    call('HSET', S, 'lease', now + tonumber(ARGV[3]), 'taker', ARGV[4], 'at', ARGV[5])
    value = write_turn(ARGV[1], turn)
    keep()
end
local taken = call('HGET', S, 'run') == ARGV[1] and call('HGET', S, 'taker') == ARGV[4]
return { 'TURN', value, taken and 1 or 0, call('HEXISTS', S, 'cancel') }
