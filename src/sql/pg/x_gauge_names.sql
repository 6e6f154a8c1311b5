-- x_gauge_names: names of jobs and dead letters that have no number, the most frequent first.
-- $1 of a kind at most.   Rows: struct found_name.
WITH pairs AS MATERIALIZED (
    SELECT queue, job_name, count(*) AS n FROM soniq_jobs GROUP BY queue, job_name
    UNION ALL
    SELECT queue, job_name, count(*) FROM soniq_dead_letter_jobs GROUP BY queue, job_name
), found AS (
    SELECT 'queue' AS kind, left(queue, 255) AS name, sum(n) AS n FROM pairs GROUP BY 2
    UNION ALL
    SELECT 'type', left(job_name, 255), sum(n) FROM pairs GROUP BY 2
)
SELECT f.kind, f.name
  FROM (SELECT found.*, row_number() OVER (PARTITION BY kind ORDER BY n DESC, name) AS place
          FROM found
         WHERE NOT EXISTS (SELECT 1 FROM soniq_x_names AS o
                            WHERE o.kind = found.kind
                              AND o.key = coalesce('=' || found.name, ''))) AS f
 WHERE f.place <= $1::bigint
 ORDER BY f.place;
