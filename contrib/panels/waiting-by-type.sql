-- title: Waiting, by type
-- show: table
-- order: 20
-- refresh: 30s
--
-- What waits most, how urgent it is, and whether some of it was tried before. Reads the queued rows
-- by an index; with millions of them give it a longer refresh.
SELECT job_name AS "type",
       count(*) AS waiting,
       min(priority) AS "most urgent",
       sum(CASE WHEN attempts > 0 THEN 1 ELSE 0 END) AS "tried before"
  FROM soniq_jobs
 WHERE status = 'queued'
 GROUP BY job_name
 ORDER BY waiting DESC, job_name
 LIMIT 20;
