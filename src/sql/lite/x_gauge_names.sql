-- x_gauge_names: names of jobs and dead letters that have no number, the most frequent first.
-- $1 of a kind at most.   Rows: struct found_name.
WITH pairs AS MATERIALIZED (
    SELECT CAST(substr(queue, 1, 255) AS TEXT) AS queue,
           CAST(substr(job_name, 1, 255) AS TEXT) AS job_name, sum(n) AS n
      FROM (SELECT queue, job_name, count(*) AS n FROM soniq_jobs GROUP BY queue, job_name
             UNION ALL
            SELECT queue, job_name, count(*) FROM soniq_dead_letter_jobs
             GROUP BY queue, job_name)
     GROUP BY 1, 2
), found AS (
    SELECT 'queue' AS kind, queue AS name, sum(n) AS n FROM pairs GROUP BY queue
    UNION ALL
    SELECT 'type', job_name, sum(n) FROM pairs GROUP BY job_name
)
SELECT f.kind, f.name
  FROM (SELECT found.*, row_number() OVER (PARTITION BY kind ORDER BY n DESC, name) AS place
          FROM found
         WHERE NOT EXISTS (SELECT 1 FROM soniq_x_names AS o
                            WHERE o.kind = found.kind
                              AND o.key = coalesce('=' || found.name, ''))) AS f
 WHERE f.place <= $1
 ORDER BY f.place;
