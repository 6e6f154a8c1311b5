-- job_error: nothing, which is not whole: there is no index of parts of a text.   $1..$14 to no
-- effect: see the one of PostgreSQL.   Rows: struct job_row, one.
SELECT NULL AS id, NULL AS job_name, NULL AS status, NULL AS queue, NULL AS priority,
       NULL AS attempts, NULL AS max_attempts, NULL AS created_at, NULL AS updated_at,
       NULL AS last_error, NULL AS sort_at, 0 AS is_whole,
       coalesce($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0) * 0 AS total;
