-- schedule_count: how many schedules there are.
-- $1 counting stops here.   Rows: struct counted, one.
SELECT count(*) AS n
  FROM (SELECT 1 FROM soniq_recurring_jobs LIMIT $1) AS counted;
