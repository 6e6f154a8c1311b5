-- dead_delete_many: delete the newest dead letters that match.
-- $1 queue, $2 job name, $3 reason, $4 moved before this moment, $5 at most so many.
-- $1..$4 NULL: any.
DELETE FROM soniq_dead_letter_jobs
 WHERE id IN (SELECT id
                FROM soniq_dead_letter_jobs
               WHERE ($1::text IS NULL OR queue = $1)
                 AND ($2::text IS NULL OR job_name = $2)
                 AND ($3::text IS NULL OR dead_letter_reason = $3)
                 AND ($4::timestamptz IS NULL OR moved_to_dead_letter_at < $4)
               ORDER BY moved_to_dead_letter_at DESC, id DESC
               LIMIT $5::bigint);
