-- stats_queues: live jobs by queue and status, each group counted up to a limit.
-- $1 rows counted of a group at most, $2 queues at most, $3 characters of a name.
-- Rows: struct queue_stats, in part.
--
-- Queues are found by jumping from one to the next in idx_soniq_jobs_queue_status, never by
-- DISTINCT. A group begins with the pair, which leaves the planner no other index and no sort; and
-- it ends with its own two bounds: a pair as the upper bound ends a scan only with its first
-- member, so that the whole queue was walked behind each small group. With `=` alone a group that
-- is larger than the planner thinks was read to its end, into a bitmap.
-- PostgreSQL 15, 1,000,000 rows in 20 queues: some 640 blocks, with statistics and without, by
-- plans for these values and for any, and by most without the settings of our sessions.
WITH RECURSIVE step (queue, n) AS (
    (SELECT queue, 1::bigint FROM soniq_jobs WHERE queue IS NOT NULL ORDER BY queue LIMIT 1)
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n <= $2::bigint
), queues AS (
    SELECT queue, n FROM step WHERE queue IS NOT NULL AND n <= $2::bigint
    UNION ALL
    SELECT NULL, 0 WHERE EXISTS (SELECT 1 FROM soniq_jobs WHERE queue IS NULL)
), counted AS (
    SELECT q.queue, s.status, c.n
      FROM queues AS q
     CROSS JOIN (VALUES ('queued'), ('processing'), ('done'), ('cancelled')) AS s (status)
     CROSS JOIN LATERAL (
           SELECT count(*) AS n
             FROM ((SELECT 1 FROM soniq_jobs AS j
                     WHERE (j.queue, j.status) >= (q.queue, s.status)
                       AND j.queue = q.queue AND j.status >= s.status AND j.status <= s.status
                     ORDER BY j.queue, j.status LIMIT $1::bigint)
                   UNION ALL
                   (SELECT 1 FROM soniq_jobs AS j
                     WHERE q.queue IS NULL AND j.queue IS NULL AND j.status = s.status
                     ORDER BY j.queue LIMIT $1::bigint)) AS picked) AS c
)
SELECT left(queue, $3::integer) AS queue,
       max(n) FILTER (WHERE status = 'queued') AS queued,
       max(n) FILTER (WHERE status = 'processing') AS processing,
       max(n) FILTER (WHERE status = 'done') AS done,
       max(n) FILTER (WHERE status = 'cancelled') AS cancelled,
       max(n) >= $1::bigint OR EXISTS (SELECT 1 FROM step WHERE n > $2::bigint
                                          AND queue IS NOT NULL) AS is_capped
  FROM counted
 GROUP BY counted.queue;
