-- past_done: rows of jobs as if they had been done at some time before now.
-- $1 how many, $2 microseconds that they spread over, $3 $4 microseconds from made to done: the
-- least, and how much more at most, $5 name, $6 $7 arguments before and behind a number, $8 queue,
-- $9 priority, $10 most attempts, $11 result, $12 producer, $13 microseconds that each is kept.
WITH RECURSIVE numbers (i) AS (
    SELECT 1
     UNION ALL
    SELECT i + 1
      FROM numbers
     WHERE i < $1
), moments AS MATERIALIZED (
    SELECT now() - abs(random()) % $2 AS done_at, $3 + abs(random()) % ($4 + 1) AS took,
           abs(random()) % 100000 AS number
      FROM numbers
)
INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue, priority,
                        unique_job, result, producer_id, created_at, updated_at, expires_at)
SELECT uuid4(), $5, $6 || number || $7, 'done', 1, $10, $8, $9, 0, $11, $12, done_at - took,
       done_at, done_at + $13
  FROM moments
 ORDER BY done_at;
