-- stats_dead: dead letters by queue, each group counted up to a limit.
-- $1 rows counted of a group at most, $2 queues at most, $3 characters of a name.
-- Rows: struct queue_stats, in part.
--
-- As stats_queues, over idx_soniq_dead_letter_jobs_queue; the 0 makes a pair of one column.
WITH RECURSIVE step (queue, n) AS (
    (SELECT queue, 1::bigint FROM soniq_dead_letter_jobs
      WHERE queue IS NOT NULL ORDER BY queue LIMIT 1)
    UNION ALL
    SELECT (SELECT d.queue FROM soniq_dead_letter_jobs AS d WHERE d.queue > s.queue
             ORDER BY d.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n <= $2::bigint
), queues AS (
    SELECT queue FROM step WHERE queue IS NOT NULL AND n <= $2::bigint
    UNION ALL
    SELECT NULL WHERE EXISTS (SELECT 1 FROM soniq_dead_letter_jobs WHERE queue IS NULL)
)
SELECT left(q.queue, $3::integer) AS queue, c.n AS dead_letter,
       c.n >= $1::bigint OR EXISTS (SELECT 1 FROM step WHERE n > $2::bigint
                                       AND queue IS NOT NULL) AS is_capped
  FROM queues AS q
 CROSS JOIN LATERAL (
       SELECT count(*) AS n
         FROM ((SELECT 1 FROM soniq_dead_letter_jobs AS d
                 WHERE (d.queue, 0) >= (q.queue, 0) AND (d.queue, 0) <= (q.queue, 0)
                 ORDER BY d.queue LIMIT $1::bigint)
               UNION ALL
               (SELECT 1 FROM soniq_dead_letter_jobs AS d
                 WHERE q.queue IS NULL AND d.queue IS NULL
                 ORDER BY d.queue LIMIT $1::bigint)) AS picked) AS c;
