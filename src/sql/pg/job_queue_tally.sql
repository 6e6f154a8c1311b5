-- job_queue_tally: the same of one queue, off the index soniq_x_jobs_queue_created.
-- $1 $2 from this moment and id on, $3 without this id,
-- $4 NULL: those that have no date are counted too,
-- $5 $6 characters of a name and of an error, $7 queue, $8 status,
-- $9 job name, $10 true: a part of it, in any case, false: the whole of it,
-- $11 text: a part of name or error, in any case, $12 the same text where it is an id,
-- $13 terms (parts/pg/term_rows).   $7..$13 NULL: any.   Rows: struct stretch, one.
-- stop_at, stop_id: the last that was looked at, where there were 5,000.
WITH looked AS (
    SELECT ctid AS place, id, created_at, queue, status, job_name, last_error,
           row_number() OVER (ORDER BY queue, created_at DESC, id DESC) AS n
      FROM soniq_jobs
     WHERE queue = ANY (ARRAY[$7::text])
       AND (created_at, id) <= ($1::timestamptz, $2::uuid)
       AND id IS DISTINCT FROM $3::uuid
     ORDER BY queue, created_at DESC, id DESC
     LIMIT 5000
), judged AS MATERIALIZED (
    SELECT id, created_at, n,
           coalesce(($8::text IS NULL OR status = $8)
                    AND @name_is($9, $10, $5)
                    AND @text_in($11, $12, $5, $6)
                    AND @job_terms_at($13),
                    false) AS is_match
      FROM looked
), undated AS (
    SELECT ctid AS place, id, queue, status, job_name, last_error
      FROM soniq_jobs
     WHERE queue = ANY (ARRAY[$7::text])
       AND created_at IS NULL
     ORDER BY queue, created_at DESC, id DESC
     LIMIT 5000
)
SELECT (SELECT count(*) FROM judged WHERE is_match) AS n,
       (SELECT count(*)
          FROM undated
         WHERE $4::bigint IS NULL
           AND ($8::text IS NULL OR status = $8)
               AND @name_is($9, $10, $5)
               AND @text_in($11, $12, $5, $6)
               AND @job_terms_at($13)) AS undated,
       m.created_at AS stop_at,
       m.id AS stop_id
  FROM (SELECT 1) AS one
  LEFT JOIN judged AS m ON m.n = 5000;
