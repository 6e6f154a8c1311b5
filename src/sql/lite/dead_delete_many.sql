-- dead_delete_many: delete the newest dead letters that match.
-- $1 queue, $2 job name, $3 reason,
-- $4 text: a part of name or error, in any case, $5 the same text where it is an id,
-- $6 moved before this moment, $7 at most so many, $8 $9 characters of a name and of an error,
-- $10 terms (parts/lite/term_rows).   NULL: any.
DELETE FROM soniq_dead_letter_jobs
 WHERE rowid IN (SELECT rowid
                   FROM soniq_dead_letter_jobs
                  WHERE ($1 IS NULL OR queue = $1)
                    AND ($2 IS NULL OR job_name = $2)
                    AND ($3 IS NULL OR dead_letter_reason = $3)
                    AND @text_in($4, $5, $8, $9)
                    AND ($6 IS NULL OR moved_to_dead_letter_at < $6)
                    AND @dead_terms($10)
                  ORDER BY moved_to_dead_letter_at DESC, id DESC
                  LIMIT $7);
