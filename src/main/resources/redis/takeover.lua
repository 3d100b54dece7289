-- Takes over a turn whose lease has run out, or one that was asked to stop and has not done so. ARGV: turn, epoch, lease, name of
-- the request (a repetition of it has the turn already), replica, '1' not to wait for the lease. Answers whether the turn is the
-- caller's.
local id, epoch, lease, name, replica, at_once = unpack(ARGV)
if not allowed('*') then
    return { 'NO_SESSION' }
end
local value = call('HGET', T, id)
if not value then
    return { 'NO_TURN' }
end
local turn = read_turn(value)
local free = number('lease') <= now or (at_once == '1' and value_of('cancel'))
if turn.state == 'R' and value_of('run') == id and turn.epoch == tonumber(epoch) and free then
    turn.epoch = increase('epoch', 1)
    write_fields('lease', now + tonumber(lease), 'taker', name, 'at', replica)
    value = write_turn(id, turn)
    keep()
end
local taken = value_of('run') == id and value_of('taker') == name
return { 'TURN', value, taken and 1 or 0, call('HEXISTS', S, 'cancel') }
