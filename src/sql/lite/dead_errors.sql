-- dead_errors: what the newest dead letters that match died of.
-- $1 where the window starts (rowid), $2 queue, $3 job name,
-- $4 text: a part of name or error, in any case, $5 the same text where it is an id,
-- $6 moved at this moment or later, $7 at this moment or earlier,
-- $8 $9 go on after this moment and id, $10 at most so many rows,
-- $11 true: only what was not replayed since it was moved,
-- $12 $13 characters of a name and of an error.   NULL: any.   Rows: struct dead_error.
--
-- What is no moment comes behind all moments, and only where none is asked for.
WITH dated AS MATERIALIZED (
    SELECT rowid AS place, id, moved_to_dead_letter_at AS sort_at
      FROM soniq_dead_letter_jobs
     WHERE typeof(moved_to_dead_letter_at) = 'integer'
       AND moved_to_dead_letter_at <= coalesce($8, $7, 9223372036854775807)
       AND moved_to_dead_letter_at >= coalesce($6, -9223372036854775807)
       AND ($8 IS NULL OR (moved_to_dead_letter_at, id) < ($8, $9))
       AND rowid >= CAST($1 AS INTEGER)
       AND ($2 IS NULL OR queue = $2)
       AND ($3 IS NULL OR job_name = $3)
       AND @text_in($4, $5, $12, $13)
       AND NOT ($11 AND coalesce(resurrection_count, 0) > 0
                AND coalesce(last_resurrection_at >= moved_to_dead_letter_at, 1))
     ORDER BY moved_to_dead_letter_at DESC, id DESC
     LIMIT $10
), ended AS MATERIALIZED (
    SELECT 1 AS reached WHERE $6 IS NULL AND $7 IS NULL AND (SELECT count(*) FROM dated) < $10
), undated AS MATERIALIZED (
    SELECT rowid AS place, id, -9223372036854775807 AS sort_at
      FROM ended
     CROSS JOIN soniq_dead_letter_jobs
     WHERE typeof(moved_to_dead_letter_at) <> 'integer'
       AND ($8 IS NULL OR (-9223372036854775807, id) < ($8, $9))
       AND rowid >= CAST($1 AS INTEGER)
       AND ($2 IS NULL OR queue = $2)
       AND ($3 IS NULL OR job_name = $3)
       AND @text_in($4, $5, $12, $13)
       AND NOT ($11 AND coalesce(resurrection_count, 0) > 0)
     ORDER BY id DESC
     LIMIT $10
), page AS MATERIALIZED (
    SELECT * FROM dated
     UNION ALL
    SELECT * FROM undated
     ORDER BY sort_at DESC, id DESC
     LIMIT $10
)
SELECT d.id,
       substr(d.job_name, 1, $12) AS job_name,
       substr(d.queue, 1, $12) AS queue,
       substr(d.dead_letter_reason, 1, $12) AS dead_letter_reason,
       substr(d.last_error, 1, $13) AS last_error,
       d.moved_to_dead_letter_at,
       coalesce(d.resurrection_count, 0) > 0
       AND coalesce(d.last_resurrection_at >= d.moved_to_dead_letter_at, 1) AS is_replayed
  FROM page AS p
 CROSS JOIN soniq_dead_letter_jobs AS d ON d.rowid = p.place
 ORDER BY p.sort_at DESC, p.id DESC;
