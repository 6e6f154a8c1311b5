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
           AND @name_is($3, $4, $10)
           AND ($5 IS NULL OR dead_letter_reason = $5)
           AND @text_in($6, $7, $10, $11)
           AND @dead_terms($12)
           AND ($8 IS NULL OR moved_to_dead_letter_at < $8)
         LIMIT $9) AS matching;
