-- stats_queues: live jobs by queue and status, each group counted up to a limit.
-- $1 rows counted of a group at most, $2 queues at most, $3 characters of a name.
-- Rows: struct queue_stats, in part.
--
-- Queues are found by jumping from one to the next in idx_soniq_jobs_queue_status, never by
-- DISTINCT. Pairs compared with >= and <=, and ORDER BY, instead of `=`: the planner then takes
-- every group for large and wants the order, which only an index gives without reading all of
-- it first. With `=` a group that is larger than it thinks is read to its end. The session does
-- its part (db/pg/pg_session.c): with bitmaps allowed, and pages as dear as the default has
-- them, all of each group was read and sorted while the table was not vacuumed.
-- PostgreSQL 15, 1,000,000 rows in 20 queues, with and without statistics: index-only scans
-- that stop at the limit, no sort of rows; under 0.1 s vacuumed, half a second before, for each
-- row is then looked up in the table.
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
                       AND (j.queue, j.status) <= (q.queue, s.status)
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
