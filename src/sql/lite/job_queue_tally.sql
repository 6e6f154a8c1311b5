-- job_queue_tally: the same of one queue, off the index soniq_x_jobs_queue_created.
-- $1 $2 from this moment and id on, $3 without this id,
-- $4 NULL: those that have no date are counted too,
-- $5 $6 characters of a name and of an error, $7 queue, $8 status,
-- $9 job name, $10 true: a part of it, in any case, false: the whole of it,
-- $11 text: a part of name or error, in any case, $12 the same text where it is an id,
-- $13 terms (parts/lite/term_rows).   $7..$13 NULL: any.   Rows: struct stretch, one.
-- stop_at, stop_id: the last that was looked at, where there were 5,000.
WITH looked AS MATERIALIZED (
    SELECT rowid AS place, id, created_at
      FROM soniq_jobs
     WHERE queue = $7 AND (created_at, id) <= ($1, $2)
       AND id IS NOT $3
     ORDER BY created_at DESC, id DESC
     LIMIT 5000
), undated AS MATERIALIZED (
    SELECT * FROM (SELECT rowid AS place
                     FROM soniq_jobs
                    WHERE queue = $7 AND created_at IS NULL AND $4 IS NULL
                    LIMIT 5000)
    UNION ALL
    SELECT * FROM (SELECT rowid
                     FROM soniq_jobs
                    WHERE queue = $7 AND created_at > 9223372036854775807 AND $4 IS NULL
                    LIMIT 5000)
), judged AS MATERIALIZED (
    SELECT ($8 IS NULL OR status = $8)
           AND @name_is($9, $10, $5)
           AND ($11 IS NULL
                OR j.id = $12
                OR instr(lower(substr(job_name, 1, $5)), lower($11)) > 0
                OR instr(lower(substr(last_error, 1, $6)), lower($11)) > 0)
           AND @job_terms_at($13) AS is_match
      FROM looked AS l
     CROSS JOIN soniq_jobs AS j ON j.rowid = l.place
), counted AS (
    SELECT count(*) AS looked, coalesce(sum(is_match), 0) AS n FROM judged
)
SELECT c.n,
       (SELECT count(*)
          FROM undated AS u
         CROSS JOIN soniq_jobs AS j ON j.rowid = u.place
         WHERE ($8 IS NULL OR status = $8)
               AND @name_is($9, $10, $5)
               AND ($11 IS NULL
                    OR j.id = $12
                    OR instr(lower(substr(job_name, 1, $5)), lower($11)) > 0
                    OR instr(lower(substr(last_error, 1, $6)), lower($11)) > 0)
               AND @job_terms_at($13)) AS undated,
       max(CAST(m.created_at AS INTEGER), -9223372036854775807) AS stop_at,
       m.id AS stop_id
  FROM counted AS c
  LEFT JOIN (SELECT created_at, id FROM looked ORDER BY created_at, id LIMIT 1) AS m
    ON c.looked = 5000;
