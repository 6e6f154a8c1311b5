-- dead_count: how many dead letters match.
-- $1 how many of the newest are looked at, $2 queue,
-- $3 job name, $4 true: a part of it, in any case, false: the whole of it, $5 reason,
-- $6 text: a part of name or error, in any case, $7 the same text where it is an id,
-- $8 moved before this moment, $9 counting stops here,
-- $10 $11 characters of a name and of an error, $12 terms (parts/pg/term_rows).   NULL: any.
-- Rows: struct counted, one.
SELECT count(*) AS n
  FROM (SELECT 1
          FROM (SELECT ctid AS place, id, queue, job_name, dead_letter_reason, last_error,
                       moved_to_dead_letter_at
                  FROM soniq_dead_letter_jobs
                 ORDER BY moved_to_dead_letter_at DESC, id DESC
                 LIMIT $1::bigint) AS newest
         WHERE ($2::text IS NULL OR queue = $2)
           AND @name_is($3, $4, $10)
           AND ($5::text IS NULL OR dead_letter_reason = $5)
           AND @text_in($6, $7, $10, $11)
           AND @dead_terms_at($12)
           AND ($8::timestamptz IS NULL OR moved_to_dead_letter_at < $8)
         LIMIT $9::bigint) AS matching;
