-- KEYS[1]: an owner's sessions by time of creation. ARGV: time, session, life in ms or '' for ever.
-- A session that is there keeps its place: answers with the time under which it stands.
-- The index never expires before a session in it: its life is only ever made longer.
local life = redis.call('PTTL', KEYS[1])
redis.call('ZADD', KEYS[1], 'NX', ARGV[1], ARGV[2])
if ARGV[3] == '' then
    redis.call('PERSIST', KEYS[1])
elseif life ~= -1 and life < tonumber(ARGV[3]) then
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return { 'OK', string.format('%.0f', redis.call('ZSCORE', KEYS[1], ARGV[2])) }
