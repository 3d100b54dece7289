-- Begins a turn again that was taken over. ARGV: turn, epoch, most restarts. Answers as opening does, and with what the request
-- chose.
if not allowed('*') then
    return { 'GONE' }
end
local value = call('HGET', T, ARGV[1])
if not value or call('HGET', S, 'run') ~= ARGV[1] or read_turn(value).epoch ~= tonumber(ARGV[2]) then
    return { 'LOST' }
end
if call('HINCRBY', S, 'restarts', 1) > tonumber(ARGV[3]) then
    return { 'SPENT' }
end
local answer = opening(ARGV[1], '')
answer[#answer + 1] = call('HGET', S, 'again') or ''
return answer
