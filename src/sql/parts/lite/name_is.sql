-- name_is: of a row: its job_name is $it, or where $it2 holds $it in any case among its first $it3
-- characters. NULL: any.
($it IS NULL
 OR CASE WHEN $it2 THEN instr(lower(substr(job_name, 1, $it3)), lower($it)) > 0
         ELSE job_name = $it END)
