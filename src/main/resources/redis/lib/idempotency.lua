-- A record is <expiry, ms>|<place in the order>|<what it says>; '#<place>' names the key, so that old ones are found.
local function recall(key)
    local expiry, record = string.match(call('HGET', I, key) or '', '^(%d+)|%d+|(.*)$')
    if expiry and tonumber(expiry) > now then
        return record
    end
end

local function remember(key, record)
    local place = call('HINCRBY', I, 'tail', 1)
    call('HSET', I, '#' .. place, key, key, (now + DAY) .. '|' .. place .. '|' .. record)
end

-- Forgets what has expired, at most 20 records at a time, of those from one place in the order to another.
local function forget_between(first, last)
    local place, tail = tonumber(first or 1), tonumber(last or 0)
    local start = place
    while place <= tail and place < start + 20 do
        local key = call('HGET', I, '#' .. place)
        if key then
            local expiry, own_place = string.match(call('HGET', I, key) or '', '^(%d+)|(%d+)|')
            if tonumber(own_place or 0) == place then
                if tonumber(expiry) > now then
                    break
                end
                call('HDEL', I, key)
            end
            call('HDEL', I, '#' .. place)
        end
        place = place + 1
    end
    if place > start then
        call('HSET', I, 'head', place)
    end
end

local function forget_old()
    forget_between(unpack(call('HMGET', I, 'head', 'tail')))
end

-- What a key of this kind stands for: its value, or nil and whether it was used for something else.
local function known(key, fingerprint, kind)
    if key == '' then
        return nil, false
    end
    local record = recall(key)
    if not record then
        return nil, false
    end
    local print, stored_kind, value = string.match(record, '^(%x+)|(%a)|(.*)$')
    if print ~= fingerprint or stored_kind ~= kind then
        return nil, true
    end
    return value, false
end
