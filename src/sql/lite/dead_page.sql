-- dead_page: a page of dead letters, newest first, every column.
-- $1 queue, $2 job name, $3 true: a part of it, in any case, false: the whole of it, $4 reason,
-- $5 text: a part of name or error, in any case, $6 the same text where it is an id,
-- $7 $8 go on after this moment and id, $9 at most so many rows, $10 after so many,
-- $11 $12 characters of a name and of a text, $12 bytes of args and tags as well,
-- $13 true: args too, $14 where the window starts (rowid),
-- $15 terms (parts/lite/term_rows).   $1..$8, $15 NULL: any.
-- Rows: struct job.
-- A text that is not JSON comes as a JSON string.
--
-- Walks down the index on moved_to_dead_letter_at and stops when the page is full; what is no
-- moment comes behind all moments, and is looked for only where those have come to their end.
WITH dated AS MATERIALIZED (
    SELECT rowid AS place, id, moved_to_dead_letter_at AS sort_at
      FROM soniq_dead_letter_jobs
     WHERE typeof(moved_to_dead_letter_at) = 'integer'
       AND moved_to_dead_letter_at <= coalesce($7, 9223372036854775807)
       AND ($7 IS NULL OR (moved_to_dead_letter_at, id) < ($7, $8))
       AND rowid >= CAST($14 AS INTEGER)
       AND ($1 IS NULL OR queue = $1)
       AND @name_is($2, $3, $11)
       AND ($4 IS NULL OR dead_letter_reason = $4)
       AND @text_in($5, $6, $11, $12)
       AND @dead_terms($15)
     ORDER BY moved_to_dead_letter_at DESC, id DESC
     LIMIT $9 + $10
), ended AS MATERIALIZED (
    SELECT 1 AS reached WHERE (SELECT count(*) FROM dated) < $9 + $10
), undated AS MATERIALIZED (
    SELECT rowid AS place, id, -9223372036854775807 AS sort_at
      FROM ended
     CROSS JOIN soniq_dead_letter_jobs
     WHERE typeof(moved_to_dead_letter_at) <> 'integer'
       AND ($7 IS NULL OR (-9223372036854775807, id) < ($7, $8))
       AND rowid >= CAST($14 AS INTEGER)
       AND ($1 IS NULL OR queue = $1)
       AND @name_is($2, $3, $11)
       AND ($4 IS NULL OR dead_letter_reason = $4)
       AND @text_in($5, $6, $11, $12)
       AND @dead_terms($15)
     ORDER BY id DESC
     LIMIT $9 + $10
), page AS MATERIALIZED (
    SELECT * FROM dated
     UNION ALL
    SELECT * FROM undated
     ORDER BY sort_at DESC, id DESC
     LIMIT $9 OFFSET $10
)
SELECT d.id,
       substr(d.job_name, 1, $11) AS job_name,
       CASE WHEN d.args_text IS NULL OR d.args_bytes > $12 THEN NULL
            WHEN json_valid(d.args_text) THEN d.args_text
            ELSE json_quote(d.args_text) END AS args,
       'dead_letter' AS status,
       d.attempts,
       d.max_attempts,
       substr(d.queue, 1, $11) AS queue,
       d.priority,
       substr(d.last_error, 1, $12) AS last_error,
       d.original_created_at AS created_at,
       d.moved_to_dead_letter_at AS updated_at,
       d.args_bytes,
       CASE WHEN d.args_bytes > $12 THEN substr(d.args_text, 1, $12) END AS args_preview,
       'dead_letter' AS kind,
       substr(d.dead_letter_reason, 1, $11) AS dead_letter_reason,
       d.moved_to_dead_letter_at,
       d.resurrection_count,
       d.last_resurrection_at,
       CASE WHEN d.tags IS NULL OR length(CAST(d.tags AS BLOB)) > $12 THEN NULL
            WHEN json_valid(CAST(d.tags AS TEXT)) THEN CAST(d.tags AS TEXT)
            ELSE json_quote(CAST(d.tags AS TEXT)) END AS tags
  FROM (SELECT p.sort_at, t.id, job_name, attempts, max_attempts, queue, priority, last_error,
               original_created_at, moved_to_dead_letter_at, dead_letter_reason,
               resurrection_count, last_resurrection_at, tags,
               CASE WHEN $13 THEN CAST(args AS TEXT) END AS args_text,
               CASE WHEN $13 THEN length(CAST(args AS BLOB)) END AS args_bytes
          FROM page AS p
         CROSS JOIN soniq_dead_letter_jobs AS t ON t.rowid = p.place) AS d
 ORDER BY d.sort_at DESC, d.id DESC;
