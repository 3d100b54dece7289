-- Takes over a turn whose lease has run out. ARGV: turn, epoch, lease, name of the request (a repetition of it
-- has the turn already). Answers whether the turn is the caller's.
if not allowed('*') then
    return { 'NO_SESSION' }
end
local value = call('HGET', T, ARGV[1])
if not value then
    return { 'NO_TURN' }
end
local turn = read_turn(value)
if turn.state == 'R' and call('HGET', S, 'run') == ARGV[1] and turn.epoch == tonumber(ARGV[2]) and number('lease') <= now then
    turn.epoch = call('HINCRBY', S, 'epoch', 1)
    call('HSET', S, 'lease', now + tonumber(ARGV[3]), 'taker', ARGV[4])
    value = write_turn(ARGV[1], turn)
    keep()
end
local taken = call('HGET', S, 'run') == ARGV[1] and call('HGET', S, 'taker') == ARGV[4]
return { 'TURN', value, taken and 1 or 0 }
