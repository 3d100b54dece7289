local S = KEYS[1]
local T = KEYS[4]
local call = redis.call
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function number(field)
    return tonumber(call('HGET', S, field) or 0)
end
local function allowed(owner)
    local stored = call('HGET', S, 'owner')
    return stored and (owner == '*' or owner == '=' .. stored)
end
local function expire(key, life)
    if life then
        call('PEXPIRE', key, life)
    else
        call('PERSIST', key)
    end
end
local HOUR = 3600000
local function lifetime()
    local life = tonumber(call('HGET', S, 'ret') or '')
    if life and life < HOUR and call('HEXISTS', S, 'run') == 1 then
        life = HOUR
    end
    return life
end
local function keep()
    local life = lifetime()
    for i = 1, 8 do
        expire(KEYS[i], life)
    end
end
local function read_turn(value)
    local state, epoch, input, own, reply, stored, restored, n, ended, json = string.match(value,
        '^%d+|(%a)|(%d+)|(%d+)|(%d)|(%d+)|(%d)|(%d)|(%d+)|(%d+)|(.*)$')
    return { state = state, epoch = tonumber(epoch), input = tonumber(input), own = own ~= '0',
        revived = own == '2', reply = tonumber(reply), stored = stored, restored = restored, n = tonumber(n),
        ended = tonumber(ended), json = json }
end
local function write_turn(id, turn)
    local own = turn.revived and '2' or (turn.own and '1' or '0')
    local value = table.concat({ '1', turn.state, turn.epoch, turn.input, own, turn.reply, turn.stored, turn.restored,
        turn.n, turn.ended, turn.json }, '|')
    call('HSET', T, id, value)
    return value
end
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
local free = number('lease') <= now or (at_once == '1' and call('HEXISTS', S, 'cancel') == 1)
if turn.state == 'R' and call('HGET', S, 'run') == id and turn.epoch == tonumber(epoch) and free then
    turn.epoch = call('HINCRBY', S, 'epoch', 1)
    call('HSET', S, 'lease', now + tonumber(lease), 'taker', name, 'at', replica)
    value = write_turn(id, turn)
    keep()
end
local taken = call('HGET', S, 'run') == id and call('HGET', S, 'taker') == name
return { 'TURN', value, taken and 1 or 0, call('HEXISTS', S, 'cancel') }
