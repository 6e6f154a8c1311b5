-- dead_count: how many dead letters match.
-- $1 where the window starts (rowid), $2 queue,
-- $3 job name, $4 true: a part of it, in any case, false: the whole of it, $5 reason,
-- $6 text: a part of name or error, in any case, $7 the same text where it is an id,
-- $8 moved before this moment, $9 counting stops here,
-- $10 $11 characters of a name and of an error, $12 terms (parts/lite/term_rows).   NULL: any.
-- Rows: struct counted, one.
SELECT count(*) AS n
  FROM (SELECT 1
          FROM soniq_dead_letter_jobs
         WHERE rowid >= CAST($1 AS INTEGER)
           AND ($2 IS NULL OR queue = $2)
           AND ($3 IS NULL
                OR CASE WHEN $4 THEN instr(lower(substr(job_name, 1, $10)), lower($3)) > 0
                        ELSE job_name = $3 END)
           AND ($5 IS NULL OR dead_letter_reason = $5)
           AND ($6 IS NULL
                OR id = $7
                OR instr(lower(substr(job_name, 1, $10)), lower($6)) > 0
                OR instr(lower(substr(last_error, 1, $11)), lower($6)) > 0)
           AND @dead_terms($12)
           AND ($8 IS NULL OR moved_to_dead_letter_at < $8)
         LIMIT $9) AS matching;
