-- History by a plan. ARGV: number that is no longer read or 0, plan (oldest, messages, tokens).
if not allowed('*') then
    return { 'NO_SESSION' }
end
local from = tonumber(ARGV[1])
local items, complete = history(from > 0 and from - 1 or number('seq'), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]))
return { 'OK', complete, items }
