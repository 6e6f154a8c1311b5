-- queue_workers: how many live workers serve each queue; no queue at all stands for every queue.
-- $1 microseconds of silence after which a worker is not live, $2 queues at most,
-- $3 characters of a name.   Rows: struct queue_stats, in part.
WITH live AS (
    SELECT id, queues
      FROM soniq_workers
     WHERE status = 'active' AND last_heartbeat > now() - $1::bigint * interval '1 microsecond'
     LIMIT 10000
)
SELECT NULL AS queue, true AS is_all, count(*) AS live_workers
  FROM live
 WHERE coalesce(cardinality(queues), 0) = 0
UNION ALL
(SELECT left(q.name, $3::integer), false, count(DISTINCT live.id)
   FROM live
  CROSS JOIN LATERAL unnest(live.queues) AS q (name)
  WHERE q.name IS NOT NULL
  GROUP BY q.name
  LIMIT $2::bigint);
