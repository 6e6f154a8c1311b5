-- name_is: of a row: its job_name is $it, or where $it2 holds $it in any case among its first $it3
-- characters. NULL: any.
($it::text IS NULL
 OR CASE WHEN $it2::bool THEN position(lower($it) IN lower(left(job_name, $it3::int))) > 0
         ELSE job_name = $it END)
