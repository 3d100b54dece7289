-- A provider has taken a call of so many tokens: a limit below that was wrong, or has been raised. KEYS[1]: what is learned of a
-- model. ARGV: tokens of input and output. Answers as model-find does.
if tonumber(redis.call('HGET', KEYS[1], 'limit') or '0') < tonumber(ARGV[1]) then
    redis.call('HDEL', KEYS[1], 'limit', 'since', 'seen')
end
return { 'OK', redis.call('TIME')[1], redis.call('HMGET', KEYS[1], 'ratio', 'n', 'limit', 'since') }
