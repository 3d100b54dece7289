-- What a session has used. ARGV: owner. Answers with the number of turns, then for all calls and for those beside turns: input,
-- cached, written, output, reasoning; and pairs of currency and cost in 10^-12.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local all, beside = {}, {}
for _, field in ipairs(call('HKEYS', S)) do
    local kind, currency = string.match(field, '^(x?)cost:(.+)$')
    if currency then
        local costs = kind == 'x' and beside or all
        costs[#costs + 1] = currency
        costs[#costs + 1] = value_of(field)
    end
end
return { 'OK', number('turns'), call('HMGET', S, 'uin', 'ucached', 'uwritten', 'uout', 'ureason'), all,
    call('HMGET', S, 'xin', 'xcached', 'xwritten', 'xout', 'xreason'), beside }
