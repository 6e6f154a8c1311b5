-- dead_errors: what the newest dead letters that match died of.
-- $1 where the window starts (rowid), $2 queue, $3 job name, $4 reason,
-- $5 text: a part of name or error, in any case, $6 the same text where it is an id,
-- $7 moved at this moment or later, $8 at this moment or earlier,
-- $9 $10 go on after this moment and id, $11 at most so many rows,
-- $12 true: only what was not replayed since it was moved,
-- $13 $14 characters of a name and of an error, $15 terms (parts/lite/term_rows).   NULL: any.
-- Rows: struct dead_error.
--
-- What is no moment comes behind all moments, and only where none is asked for.
WITH dated AS MATERIALIZED (
    SELECT rowid AS place, id, moved_to_dead_letter_at AS sort_at
      FROM soniq_dead_letter_jobs
     WHERE typeof(moved_to_dead_letter_at) = 'integer'
       AND moved_to_dead_letter_at <= coalesce($9, $8, 9223372036854775807)
       AND moved_to_dead_letter_at >= coalesce($7, -9223372036854775807)
       AND ($9 IS NULL OR (moved_to_dead_letter_at, id) < ($9, $10))
       AND rowid >= CAST($1 AS INTEGER)
       AND ($2 IS NULL OR queue = $2)
       AND ($3 IS NULL OR job_name = $3)
       AND ($4 IS NULL OR dead_letter_reason = $4)
       AND @text_in($5, $6, $13, $14)
       AND NOT ($12 AND coalesce(resurrection_count, 0) > 0
                AND coalesce(last_resurrection_at >= moved_to_dead_letter_at, 1))
       AND @dead_terms($15)
     ORDER BY moved_to_dead_letter_at DESC, id DESC
     LIMIT $11
), ended AS MATERIALIZED (
    SELECT 1 AS reached WHERE $7 IS NULL AND $8 IS NULL AND (SELECT count(*) FROM dated) < $11
), undated AS MATERIALIZED (
    SELECT rowid AS place, id, -9223372036854775807 AS sort_at
      FROM ended
     CROSS JOIN soniq_dead_letter_jobs
     WHERE typeof(moved_to_dead_letter_at) <> 'integer'
       AND ($9 IS NULL OR (-9223372036854775807, id) < ($9, $10))
       AND rowid >= CAST($1 AS INTEGER)
       AND ($2 IS NULL OR queue = $2)
       AND ($3 IS NULL OR job_name = $3)
       AND ($4 IS NULL OR dead_letter_reason = $4)
       AND @text_in($5, $6, $13, $14)
       AND NOT ($12 AND coalesce(resurrection_count, 0) > 0)
       AND @dead_terms($15)
     ORDER BY id DESC
     LIMIT $11
), page AS MATERIALIZED (
    SELECT * FROM dated
     UNION ALL
    SELECT * FROM undated
     ORDER BY sort_at DESC, id DESC
     LIMIT $11
)
SELECT d.id,
       substr(d.job_name, 1, $13) AS job_name,
       substr(d.queue, 1, $13) AS queue,
       substr(d.dead_letter_reason, 1, $13) AS dead_letter_reason,
       substr(d.last_error, 1, $14) AS last_error,
       d.moved_to_dead_letter_at,
       coalesce(d.resurrection_count, 0) > 0
       AND coalesce(d.last_resurrection_at >= d.moved_to_dead_letter_at, 1) AS is_replayed
  FROM page AS p
 CROSS JOIN soniq_dead_letter_jobs AS d ON d.rowid = p.place
 ORDER BY p.sort_at DESC, p.id DESC;
