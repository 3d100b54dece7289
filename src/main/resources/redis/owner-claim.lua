-- KEYS[1]: the record of an idempotency key for creating a session. ARGV: fingerprint, session, life in ms.
-- Answers with the session that the key stands for.
local record = redis.call('GET', KEYS[1])
if not record then
    redis.call('SET', KEYS[1], ARGV[1] .. '|' .. ARGV[2], 'PX', ARGV[3])
    return { 'OK', ARGV[2] }
end
local fingerprint, id = string.match(record, '^(%x+)|(.*)$')
if fingerprint ~= ARGV[1] then
    return { 'REUSED' }
end
return { 'OK', id }
