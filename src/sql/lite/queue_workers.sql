-- queue_workers: how many live workers serve each queue; no queue at all stands for every queue.
-- $1 microseconds of silence after which a worker is not live, $2 queues at most,
-- $3 characters of a name.   Rows: struct queue_stats, in part.
WITH live AS MATERIALIZED (
    SELECT id, CASE WHEN json_valid(queues) AND json_type(queues) = 'array' THEN queues
                    ELSE '[]' END AS queues
      FROM soniq_workers
     WHERE status = 'active' AND last_heartbeat > now() - $1
     LIMIT 10000
)
SELECT NULL AS queue, 1 AS is_all, count(*) AS live_workers
  FROM live
 WHERE json_array_length(queues) = 0
UNION ALL
SELECT queue, 0, live_workers
  FROM (SELECT substr(q.value, 1, $3) AS queue, count(DISTINCT live.id) AS live_workers
          FROM live, json_each(live.queues) AS q
         WHERE q.type = 'text'
         GROUP BY q.value
         LIMIT $2);
