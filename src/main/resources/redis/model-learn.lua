-- Takes a sample into the running mean. KEYS[1]: what is learned of a model. ARGV: sample, least and greatest ratio, most
-- samples, life in ms. Answers as model-find does.
local stored = redis.call('HMGET', KEYS[1], 'ratio', 'n')
local ratio = tonumber(stored[1] or '') or 1
local n = math.min((tonumber(stored[2] or '') or 0) + 1, tonumber(ARGV[4]))
ratio = ratio + (tonumber(ARGV[1]) - ratio) / n
ratio = math.max(tonumber(ARGV[2]), math.min(tonumber(ARGV[3]), ratio))
redis.call('HSET', KEYS[1], 'ratio', string.format('%.6f', ratio), 'n', n)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return { 'OK', redis.call('TIME')[1], redis.call('HMGET', KEYS[1], 'ratio', 'n', 'limit', 'since') }
