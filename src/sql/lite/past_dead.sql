-- past_dead: dead letters as if they had died at some time before now.
-- $1 how many, $2 microseconds that they spread over, $3 $4 microseconds from made to dead: the
-- least, and how much more at most, $5 name, $6 $7 arguments before and behind a number, $8 queue,
-- $9 priority, $10 attempts, all of them used, $11 error with %d for the same number, $12 reason.
WITH RECURSIVE numbers (i) AS (
    SELECT 1
     UNION ALL
    SELECT i + 1
      FROM numbers
     WHERE i < $1
), moments AS MATERIALIZED (
    SELECT now() - abs(random()) % $2 AS dead_at, $3 + abs(random()) % ($4 + 1) AS took,
           abs(random()) % 100000 AS number
      FROM numbers
)
INSERT INTO soniq_dead_letter_jobs
       (id, job_name, args, queue, priority, max_attempts, attempts, last_error,
        dead_letter_reason, original_created_at, moved_to_dead_letter_at, resurrection_count,
        created_at)
SELECT uuid4(), $5, $6 || number || $7, $8, $9, $10, $10, replace($11, '%d', number), $12,
       dead_at - took, dead_at, 0,
       dead_at
  FROM moments
 ORDER BY dead_at;
