-- Copies a session up to a message. KEYS 9 to 16: the new session's. ARGV: owner, number, time, idempotency key or '',
-- fingerprint, id of the fork, until when the owner's index keeps it, and the wanted answer: '' for the fork, 'known' for the fork only
-- if an earlier request has made it, 'size' for the bytes that the fork would copy.
-- The client has lost an earlier answer of this script. The fork exists, even if its source or its key has changed since.
local made = call('HGET', KEYS[9], 'owner')
if made and ARGV[1] == '=' .. made then
    return { 'OK', call('HMGET', KEYS[9], 'owner', 'set', 'ver', 'cre', 'upd', 'run', 'n', 'tok') }
end
if not allowed(ARGV[1]) then
    return { 'NO_SESSION' }
end
forget_old()
local earlier, misused = known(ARGV[4], ARGV[5], 'f')
if misused then
    return { 'REUSED' }
end
if earlier then
    return { 'KNOWN', earlier }
end
if ARGV[8] == 'known' then
    return { 'LIMITED' }
end
local through, seq = tonumber(ARGV[2]), number('seq')
if not is_there(call('HGET', M, through)) then
    return { 'NO_MESSAGE' }
end
local NS, NM, NX, NB = KEYS[9], KEYS[10], KEYS[11], KEYS[14]

-- Visits the messages that the fork takes, with their numbers, and then the images that these messages name. The script does not parse
-- their JSON. It searches for this mark, because a text cannot hold it: the quotation marks of a text are escaped.
local MARK = '"sha256":"'
local function each_kept(message, image)
    local has_images, named = call('EXISTS', B) == 1, {}
    for low = 1, through, 16 do
        local fields = {}
        for n = low, math.min(low + 15, through) do
            fields[#fields + 1] = n
        end
        for i, value in ipairs(call('HMGET', M, unpack(fields))) do
            if value then
                message(fields[i], value)
            end
            local _, ends = nil, nil
            if has_images and is_there(value) then
                _, ends = string.find(value, MARK, 1, true)
            end
            while ends do
                named[string.sub(value, ends + 1, ends + 64)] = true
                _, ends = string.find(value, MARK, ends, true)
            end
        end
    end
    for hash in pairs(named) do
        image(hash)
    end
end

local stored, bytes = number('cnt'), number('bytes')
local is_part = through < seq
if is_part then
    stored, bytes = 0, 0
end
local function count_kept(value)
    if is_there(value) then
        stored, bytes = stored + 1, bytes + #value
    end
end
if ARGV[8] == 'size' then
    if is_part then
        each_kept(function(_, value) count_kept(value) end, function(hash) bytes = bytes + call('HSTRLEN', B, hash) end)
    end
    return { 'SIZE', bytes }
end

-- The branch on which the message was said, and the message of the conversation from which it starts.
note_versions()
local added, added_tokens = 0, 0
local branch, trunk = branch_of(through, function(value)
    if is_there(value) then
        local _, _, length = head(value)
        added, added_tokens = added + 1, added_tokens + length
    end
end)

local live, tokens = number('n'), number('tok')
walk_back(seq, false, function(n, value)
    if n <= trunk then
        return true
    end
    local _, _, length = head(value)
    live, tokens = live - 1, tokens - length
end)

for key, copy in pairs({ [X] = NX, [SUMMARIES] = KEYS[15], [VECTORS] = KEYS[16] }) do
    call('COPY', key, copy)
end
if is_part then
    each_kept(function(n, value)
        call('HSET', NM, n, value)
        count_kept(value)
    end, function(hash)
        local image = call('HGET', B, hash)
        if image then
            call('HSET', NB, hash, image)
            bytes = bytes + #image
        end
    end)
else
    call('COPY', M, NM)
    call('COPY', B, NB)
end
-- Summaries and vectors are named by the last message they cover.
for _, key in ipairs({ KEYS[15], KEYS[16] }) do
    for _, field in ipairs(call('HKEYS', key)) do
        if (tonumber(field) or 0) > trunk then
            call('HDEL', key, field)
        end
    end
end
lay_path(NX, branch, trunk, through)
if is_part then
    copy_versions(NM, through)
end
-- The turn that runs is decided in the fork: its input counts.
local running = running_turn()
local input = running and running.own and running.input <= through and call('HGET', M, running.input)
if input then
    note_chosen(NM, before_of(input) or 0, running.input)
end
note_branch(NM, branch, trunk)

local copied = call('HMGET', S, 'owner', 'set', 'def', 'ret', 'planF', 'planN', 'planT')
local oldest = tonumber(string.match(copied[5] or '', '^%d+') or 0)
call('HSET', NS, 'f', '1', 'owner', copied[1], 'cre', ARGV[3], 'upd', ARGV[3], 'set', copied[2], 'def', copied[3] or '{}',
    'ret', copied[4] or '', 'planF', oldest <= trunk and copied[5] or 0, 'planN', copied[6] or 0, 'planT', copied[7] or 0, 'own',
    ARGV[7], 'idem', '', 'ver', 1, 'epoch', 0, 'seq', through, 'turns', 0, 'n', live + added, 'tok', tokens + added_tokens,
    'cnt', stored, 'bytes', bytes, 'marked', through)
-- A process of an earlier version changes the settings without the field for lists, which is then out of date.
local listed, listed_version, version = unpack(call('HMGET', S, 'lst', 'lstV', 'ver'))
if listed and listed_version == version then
    call('HSET', NS, 'lst', listed, 'lstV', 1)
end
-- The fork begins with the same bytes, which the provider's cache knows.
local state, used, edits, edited, space, embedded, oldest_vector, newest_vector = unpack(
    call('HMGET', S, 'ctx', 'sum', 'edits', 'vecEdited', 'vecSpace', 'vec', 'vecMin', 'vecMax'))
if state and oldest <= trunk then
    call('HSET', NS, 'ctx', state, 'sum', tonumber(used or 0) <= trunk and used or 0)
end
call('HSET', NS, 'edits', edits or 0, 'vecEdited', edited or 0)
if space then
    -- The exchange that the fork goes on with is embedded as it will be.
    local whole = 0
    walk_back(trunk, false, function(n, value)
        whole = n - 1
        return head(value) == 'U'
    end)
    call('HSET', NS, 'vecSpace', space, 'vec', math.min(tonumber(embedded or 0), whole), 'vecMin', oldest_vector or 1, 'vecMax',
        math.min(tonumber(newest_vector or 0), trunk))
end
local life = tonumber(copied[4] or '')
for i = 9, 16 do
    if life then
        call('PEXPIRE', KEYS[i], life)
    else
        call('PERSIST', KEYS[i])
    end
end
if ARGV[4] ~= '' then
    remember(ARGV[4], ARGV[5] .. '|f|' .. ARGV[6])
    keep()
end
return { 'OK', call('HMGET', NS, 'owner', 'set', 'ver', 'cre', 'upd', 'run', 'n', 'tok') }
