-- A provider has stated the limit of a model: it holds once two sessions in succession have met the same one. KEYS[1]: what
-- is learned of a model. ARGV: session, limit, life in ms. Answers as model-find does.
local earlier, limit = string.match(redis.call('HGET', KEYS[1], 'seen') or '', '^([^|]+)|(%d+)$')
if limit == ARGV[2] and earlier ~= ARGV[1] then
    redis.call('HSET', KEYS[1], 'limit', limit, 'since', redis.call('TIME')[1])
end
redis.call('HSET', KEYS[1], 'seen', ARGV[1] .. '|' .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { 'OK', redis.call('TIME')[1], redis.call('HMGET', KEYS[1], 'ratio', 'n', 'limit', 'since') }
