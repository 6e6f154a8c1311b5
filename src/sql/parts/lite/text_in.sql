-- text_in: of a row: $it is a part, in any case, of the first $it3 characters of its name or of the
-- first $it4 of its error, or its id, as which it is $it2. NULL: any.
($it IS NULL
 OR id = $it2
 OR instr(lower(substr(job_name, 1, $it3)), lower($it)) > 0
 OR instr(lower(substr(last_error, 1, $it4)), lower($it)) > 0)
