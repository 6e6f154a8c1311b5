-- schedule_overdue: how many schedules are active and how many of those overdue; then the first of
-- the overdue.
-- $1 microseconds behind its moment that make one overdue, $2 rows counted at most, $3 told at
-- most, $4 characters of a name.   Rows: a head, then a schedule each.
WITH late AS MATERIALIZED (
    SELECT job_name, next_run
      FROM soniq_recurring_jobs
     WHERE status = 'active' AND typeof(next_run) = 'integer' AND next_run < now() - $1
     ORDER BY next_run
     LIMIT $2
)
SELECT NULL AS job_name, now() AS now, (SELECT min(next_run) FROM late) AS since,
       (SELECT count(*) FROM late) AS overdue,
       (SELECT count(*)
          FROM (SELECT 1 FROM soniq_recurring_jobs WHERE status = 'active' LIMIT $2)) AS active
UNION ALL
SELECT * FROM (SELECT substr(job_name, 1, $4), NULL, next_run, NULL, NULL
                 FROM late
                ORDER BY next_run
                LIMIT $3);
