-- Makes a superseded message count again, with the messages before it and with those that followed it when it last counted; what
-- stands in their place is superseded. ARGV: owner, number, version or '', time.
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
local chosen = tonumber(ARGV[2])
local value = call('HGET', M, chosen)
local refusal = unchangeable(value)
if refusal then
    return refusal
end
local _, version = head(value)
if ARGV[3] ~= '' and version ~= tonumber(ARGV[3]) then
    return { 'STALE' }
end
if not range_at(chosen) then
    return { 'OK', value, 0, stored_before(value) }
end

note_versions()
local seq = number('seq')
local messages, tokens = 0, 0
local function counts(each)
    if is_there(each) then
        local _, _, length = head(each)
        messages, tokens = messages + 1, tokens + length
    end
end
local path, join = branch_of(chosen, counts)
note_branch(M, path, join)
follow(chosen, function(n, each)
    path[#path + 1] = n
    counts(each)
end)
walk_back(seq, false, function(n, old)
    if n <= join then
        return true
    end
    local _, _, length = head(old)
    messages, tokens = messages - 1, tokens - length
end)
count(messages, tokens, 0, 0)

renew_vectors(join)
lay_path(X, path, join, seq)
forget_cut()
-- Nothing that failed before now is answered again in place of what was chosen.
write_fields('chose', number('epoch'), 'upd', ARGV[4])
news('message', chosen, 'chosen')
keep()
return { 'OK', value, 0, stored_before(value) }
