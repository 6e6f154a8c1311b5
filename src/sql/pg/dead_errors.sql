-- dead_errors: what the newest dead letters that match died of.
-- $1 how many of the newest are looked at, $2 queue, $3 job name,
-- $4 text: a part of name or error, in any case, $5 the same text where it is an id,
-- $6 moved at this moment or later, $7 at this moment or earlier,
-- $8 $9 go on after this moment and id, $10 at most so many rows,
-- $11 true: only what was not replayed since it was moved,
-- $12 $13 characters of a name and of an error.   NULL: any.   Rows: struct dead_error.
SELECT id,
       left(job_name, $12::int) AS job_name,
       left(queue, $12::int) AS queue,
       left(dead_letter_reason, $12::int) AS dead_letter_reason,
       left(last_error, $13::int) AS last_error,
       moved_to_dead_letter_at,
       is_replayed
  FROM (SELECT id, job_name, queue, dead_letter_reason, last_error, moved_to_dead_letter_at,
               coalesce(resurrection_count, 0) > 0
               AND coalesce(last_resurrection_at >= moved_to_dead_letter_at, true) AS is_replayed
          FROM soniq_dead_letter_jobs
         WHERE moved_to_dead_letter_at <= coalesce($8::timestamptz, $7::timestamptz, 'infinity')
           AND moved_to_dead_letter_at >= coalesce($6::timestamptz, '-infinity')
           AND ($8 IS NULL OR (moved_to_dead_letter_at, id) < ($8, $9::uuid))
         ORDER BY moved_to_dead_letter_at DESC, id DESC
         LIMIT $1::bigint) AS newest
 WHERE ($2::text IS NULL OR queue = $2)
   AND ($3::text IS NULL OR job_name = $3)
   AND @text_in($4, $5, $12, $13)
   AND NOT ($11::bool AND is_replayed)
 ORDER BY moved_to_dead_letter_at DESC, id DESC
 LIMIT $10::bigint;
