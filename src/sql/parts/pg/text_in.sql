-- text_in: of a row: $it is a part, in any case, of the first $it3 characters of its name or of the
-- first $it4 of its error, or its id, as which it is $it2. NULL: any.
($it::text IS NULL
 OR id = $it2::uuid
 OR position(lower($it) IN lower(left(job_name, $it3::int))) > 0
 OR position(lower($it) IN lower(left(last_error, $it4::int))) > 0)
