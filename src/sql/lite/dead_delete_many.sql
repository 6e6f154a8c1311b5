-- dead_delete_many: delete the newest dead letters that match.
-- $1 queue, $2 job name, $3 reason, $4 moved before this moment, $5 at most so many.
-- $1..$4 NULL: any.
DELETE FROM soniq_dead_letter_jobs
 WHERE rowid IN (SELECT rowid
                   FROM soniq_dead_letter_jobs
                  WHERE ($1 IS NULL OR queue = $1)
                    AND ($2 IS NULL OR job_name = $2)
                    AND ($3 IS NULL OR dead_letter_reason = $3)
                    AND ($4 IS NULL OR moved_to_dead_letter_at < $4)
                  ORDER BY moved_to_dead_letter_at DESC, id DESC
                  LIMIT $5);
