-- Creates a session; repeatable. ARGV: owner, time, settings, defaults of turns, retention in ms or '', plan (oldest,
-- messages, tokens), until when the owner's index keeps it ('always' or ms), name of the idempotency record or '', the settings
-- that lists show.
if call('EXISTS', S) == 1 then
    if not allowed('=' .. ARGV[1]) then
        return { 'NO_SESSION' }
    end
    return { 'KNOWN', session() }
end
write_fields('f', '1', 'owner', ARGV[1], 'cre', ARGV[2], 'upd', ARGV[2], 'set', ARGV[3], 'def', ARGV[4], 'ret', ARGV[5],
    'planF', ARGV[6], 'planN', ARGV[7], 'planT', ARGV[8], 'own', ARGV[9], 'idem', ARGV[10], 'ver', 1, 'epoch', 0, 'seq', 0,
    'turns', 0, 'n', 0, 'tok', 0, 'cnt', 0, 'bytes', 0, 'lst', ARGV[11], 'lstV', 1)
keep()
return { 'CREATED', session() }
