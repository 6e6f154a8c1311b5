-- job_error: a page of the newest jobs whose error has a text, off the index soniq_x_jobs_error,
-- while they are few.
-- $1 $2 from this moment (NULL: among those that have none) and id on, $3 without this id,
-- $4 at most so many rows, $5 $6 characters of a name and of an error, $7 queue, $8 status,
-- $9 job name, $10 true: a part of it, in any case, false: the whole of it,
-- $11 text: a part of the error, in any case, $12 the same text where it is an id,
-- $13 after so many, $14 terms (parts/pg/term_rows).   $7..$10, $12, $14 NULL: any.
-- Rows: struct job_row; one with id NULL where the page is empty.   is_whole says that at most
-- 10,000 errors have the text; else there is nothing but this word.
--
-- The planner takes hits for something that is read to its end, and so the index for the way to
-- it; read it is no further than to 10,001.
WITH hits AS MATERIALIZED (
    SELECT ctid AS place, id, created_at, queue, status, job_name
      FROM soniq_jobs
     WHERE last_error IS NOT NULL
       AND last_error ILIKE '%' || replace(replace(replace($11::text, '\', '\\'), '%', '\%'),
                                           '_', '\_') || '%'
), caught AS MATERIALIZED (
    SELECT * FROM hits LIMIT 10001
), extent AS MATERIALIZED (
    SELECT count(*) <= 10000 AS is_whole FROM caught
), found AS (
    SELECT place, id, created_at, queue, status, job_name
      FROM caught
     WHERE (SELECT is_whole FROM extent) AND id IS DISTINCT FROM $12::uuid
     UNION ALL
    SELECT ctid, id, created_at, queue, status, job_name
      FROM soniq_jobs
     WHERE id = $12::uuid
), matching AS MATERIALIZED (
    SELECT place, id, created_at
      FROM found
     WHERE ($7::text IS NULL OR queue = $7)
       AND ($8::text IS NULL OR status = $8)
       AND @name_is($9, $10, $5)
       AND @job_terms_at($14)
), page AS MATERIALIZED (
    SELECT place, id, created_at AS sort_at
      FROM matching
     WHERE CASE WHEN $1::timestamptz IS NULL
                THEN created_at IS NULL
                     AND id <= coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                ELSE created_at IS NULL OR (created_at, id) <= ($1, $2) END
       AND id IS DISTINCT FROM $3::uuid
     ORDER BY created_at DESC NULLS LAST, id DESC
     LIMIT $4::bigint OFFSET $13::bigint
)
SELECT p.id, p.job_name, p.status, p.queue, p.priority, p.attempts, p.max_attempts,
       p.created_at, p.updated_at, p.scheduled_at, p.last_error, p.worker_id, p.producer_id,
       p.sort_at, x.is_whole, (SELECT count(*) FROM matching) AS total
  FROM extent AS x
  LEFT JOIN (
      SELECT page.id, page.sort_at, j.*
        FROM page
       CROSS JOIN LATERAL (
              SELECT @job_line($5, $6)
                FROM soniq_jobs
               WHERE ctid = page.place
               LIMIT 1
             ) AS j
     ) AS p ON true
 ORDER BY p.sort_at DESC NULLS LAST, p.id DESC;
