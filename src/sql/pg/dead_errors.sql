-- dead_errors: what the newest dead letters that match died of.
-- $1 how many of the newest are looked at, $2 queue, $3 job name, $4 reason,
-- $5 text: a part of name or error, in any case, $6 the same text where it is an id,
-- $7 moved at this moment or later, $8 at this moment or earlier,
-- $9 $10 go on after this moment and id, $11 at most so many rows,
-- $12 true: only what was not replayed since it was moved,
-- $13 $14 characters of a name and of an error, $15 terms (parts/pg/term_rows).   NULL: any.
-- Rows: struct dead_error.
SELECT id,
       left(job_name, $13::int) AS job_name,
       left(queue, $13::int) AS queue,
       left(dead_letter_reason, $13::int) AS dead_letter_reason,
       left(last_error, $14::int) AS last_error,
       moved_to_dead_letter_at,
       is_replayed
  FROM (SELECT ctid AS place, id, job_name, queue, dead_letter_reason, last_error,
               moved_to_dead_letter_at,
               coalesce(resurrection_count, 0) > 0
               AND coalesce(last_resurrection_at >= moved_to_dead_letter_at, true) AS is_replayed
          FROM soniq_dead_letter_jobs
         WHERE moved_to_dead_letter_at <= coalesce($9::timestamptz, $8::timestamptz, 'infinity')
           AND moved_to_dead_letter_at >= coalesce($7::timestamptz, '-infinity')
           AND ($9 IS NULL OR (moved_to_dead_letter_at, id) < ($9, $10::uuid))
         ORDER BY moved_to_dead_letter_at DESC, id DESC
         LIMIT $1::bigint) AS newest
 WHERE ($2::text IS NULL OR queue = $2)
   AND ($3::text IS NULL OR job_name = $3)
   AND ($4::text IS NULL OR dead_letter_reason = $4)
   AND @text_in($5, $6, $13, $14)
   AND NOT ($12::bool AND is_replayed)
   AND @dead_terms_at($15)
 ORDER BY moved_to_dead_letter_at DESC, id DESC
 LIMIT $11::bigint;
