-- stats_dead: dead letters by queue, each group counted up to a limit.
-- $1 rows counted of a group at most, $2 queues at most, $3 characters of a name.
-- Rows: struct queue_stats, in part.
--
-- As stats_queues, over idx_soniq_dead_letter_jobs_queue.
WITH RECURSIVE step (queue, n) AS (
    SELECT (SELECT queue FROM soniq_dead_letter_jobs
             WHERE queue IS NOT NULL ORDER BY queue LIMIT 1), 1
    UNION ALL
    SELECT (SELECT d.queue FROM soniq_dead_letter_jobs AS d WHERE d.queue > s.queue
             ORDER BY d.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n <= $2
), queues AS (
    SELECT queue FROM step WHERE queue IS NOT NULL AND n <= $2
    UNION ALL
    SELECT NULL WHERE EXISTS (SELECT 1 FROM soniq_dead_letter_jobs WHERE queue IS NULL)
), counted AS (
    SELECT q.queue,
           (SELECT count(*) FROM (SELECT 1 FROM soniq_dead_letter_jobs AS d
                                   WHERE d.queue IS q.queue LIMIT $1)) AS n
      FROM queues AS q
)
SELECT substr(queue, 1, $3) AS queue, n AS dead_letter,
       n >= $1 OR EXISTS (SELECT 1 FROM step WHERE n > $2 AND queue IS NOT NULL) AS is_capped
  FROM counted;
