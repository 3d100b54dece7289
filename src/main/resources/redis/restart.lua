-- Begins a turn again that was taken over. ARGV: turn, epoch, most restarts. Answers as opening does, and with what the request
-- chose.
if not allowed('*') then
    return { 'GONE' }
end
local value = call('HGET', T, ARGV[1])
if not value or value_of('run') ~= ARGV[1] or read_turn(value).epoch ~= tonumber(ARGV[2]) then
    return { 'LOST' }
end
if increase('restarts', 1) > tonumber(ARGV[3]) then
    return { 'SPENT' }
end
local answer = stored_opening(ARGV[1], plan_of(''))
answer[#answer + 1] = value_of('again') or ''
return answer
