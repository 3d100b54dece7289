-- Counts what a call beside turns has used. ARGV: name of the request (a repetition of it is not counted), usage and cost as for
-- a commit.
if not allowed('*') then
    return { 'NO_SESSION' }
end
if not answered(ARGV[1]) then
    spend(2)
    note_answer(ARGV[1], 'OK')
    keep()
end
return { 'OK' }
