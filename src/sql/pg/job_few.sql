-- job_few: a page of the newest jobs of a status that match, while there are few of that status.
-- $1 $2 from this moment (NULL: among those that have none) and id on, $3 without this id,
-- $4 at most so many rows, $5 $6 characters of a name and of an error, $7 queue, $8 status,
-- $9 job name, $10 true: a part of it, in any case, false: the whole of it,
-- $11 text: a part of name or error, in any case, $12 the same text where it is an id,
-- $13 after so many, $14 terms (parts/pg/term_rows).   $7, $9..$12, $14 NULL: any.
-- Rows: struct job_row; one with id NULL where the page is empty.
-- is_whole says that these are all; else there is nothing but this word.
--
-- Jumps through idx_soniq_jobs_queue_status from queue to queue, through 500 at most, and takes
-- 1,000 jobs at most.
WITH RECURSIVE step (queue, n) AS (
    (SELECT queue, 1::bigint
       FROM soniq_jobs
      WHERE queue >= coalesce($7::text, '')
      ORDER BY queue
      LIMIT 1)
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n <= 500 AND $7 IS NULL
), held AS MATERIALIZED (
    SELECT place, id, created_at, job_name, last_error
      FROM (SELECT h.*
              FROM step AS s
             CROSS JOIN LATERAL (
                   SELECT ctid AS place, id, created_at, job_name, last_error
                     FROM soniq_jobs AS j
                    WHERE j.queue = s.queue
                      AND (j.status, j.id) >= ($8::text, '00000000-0000-0000-0000-000000000000')
                      AND (j.status, j.id) <= ($8, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                    ORDER BY j.status
                    LIMIT 1001) AS h
             WHERE $7 IS NULL OR s.queue = $7
            UNION ALL
            (SELECT ctid, id, created_at, job_name, last_error
               FROM soniq_jobs
              WHERE queue IS NULL AND status >= $8 AND status <= $8 AND $7 IS NULL
              ORDER BY queue, status
              LIMIT 1001)) AS either
     LIMIT 1001
), extent AS MATERIALIZED (
    SELECT (SELECT count(*) FROM held) <= 1000
           AND NOT EXISTS (SELECT 1 FROM step WHERE n > 500 AND queue IS NOT NULL) AS is_whole
), matching AS MATERIALIZED (
    SELECT place, id, created_at
      FROM held
     WHERE (SELECT is_whole FROM extent)
       AND @name_is($9, $10, $5)
       AND @text_in($11, $12, $5, $6)
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
