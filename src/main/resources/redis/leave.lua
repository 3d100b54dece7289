-- A request that waited for the running turn to end does so no more; the next request may have its turn. ARGV: owner, waiter.
if allowed(ARGV[1]) then
    local rest = leave_line(ARGV[2])
    if rest[1] and not value_of('run') then
        tell(rest[1].replica, 'free')
    end
end
return { 'OK' }
