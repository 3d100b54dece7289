-- KEYS[1]: what is learned of a model. Answers with the time in s, and its ratio, samples, limit and since when in s.
return { 'OK', redis.call('TIME')[1], redis.call('HMGET', KEYS[1], 'ratio', 'n', 'limit', 'since') }
