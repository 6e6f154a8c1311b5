-- dead_page: a page of dead letters, newest first, every column.
-- $1 queue, $2 job name, $3 true: a part of it, in any case, false: the whole of it, $4 reason,
-- $5 text: a part of name or error, in any case, $6 the same text where it is an id,
-- $7 $8 go on after this moment and id, $9 at most so many rows, $10 after so many,
-- $11 $12 characters of a name and of a text, $12 bytes of args and tags as well,
-- $13 true: args too, $14 how many of the newest are looked at,
-- $15 terms (parts/pg/term_rows).   $1..$8, $15 NULL: any.
-- Rows: struct job.
-- Walks down the index on moved_to_dead_letter_at and stops when the page is full. OFFSET 0 keeps the planner from writing the JSON out once
-- for each use.
WITH page AS MATERIALIZED (
    SELECT place, id, sort_at
      FROM (SELECT ctid AS place, id, moved_to_dead_letter_at AS sort_at,
                   queue, job_name, dead_letter_reason, last_error
              FROM soniq_dead_letter_jobs
             WHERE moved_to_dead_letter_at <= coalesce($7::timestamptz, 'infinity')
               AND ($7 IS NULL OR (moved_to_dead_letter_at, id) < ($7, $8::uuid))
             ORDER BY moved_to_dead_letter_at DESC, id DESC
             LIMIT $14::bigint) AS newest
     WHERE ($1::text IS NULL OR queue = $1)
       AND @name_is($2, $3, $11)
       AND ($4::text IS NULL OR dead_letter_reason = $4)
       AND @text_in($5, $6, $11, $12)
       AND @dead_terms_at($15)
     ORDER BY sort_at DESC, id DESC
     LIMIT $9::bigint OFFSET $10::bigint
)
SELECT p.id,
       left(d.job_name, $11::int) AS job_name,
       CASE WHEN octet_length(d.args_text) <= $12::int THEN d.args_text END AS args,
       'dead_letter' AS status,
       d.attempts,
       d.max_attempts,
       left(d.queue, $11::int) AS queue,
       d.priority,
       left(d.last_error, $12::int) AS last_error,
       d.original_created_at AS created_at,
       d.moved_to_dead_letter_at AS updated_at,
       octet_length(d.args_text) AS args_bytes,
       CASE WHEN octet_length(d.args_text) > $12::int
            THEN left(d.args_text, $12::int) END AS args_preview,
       'dead_letter' AS kind,
       left(d.dead_letter_reason, $11::int) AS dead_letter_reason,
       d.moved_to_dead_letter_at,
       d.resurrection_count,
       d.last_resurrection_at,
       CASE WHEN octet_length(d.tags_text) <= $12::int THEN d.tags_text END AS tags
  FROM page AS p
 CROSS JOIN LATERAL (
        SELECT job_name, attempts, max_attempts, queue, priority, last_error,
               original_created_at, moved_to_dead_letter_at, dead_letter_reason,
               resurrection_count, last_resurrection_at,
               CASE WHEN $13::bool THEN args::text END AS args_text, tags::text AS tags_text
          FROM soniq_dead_letter_jobs
         WHERE ctid = p.place
         LIMIT 1 OFFSET 0
       ) AS d
 ORDER BY p.sort_at DESC, p.id DESC;
