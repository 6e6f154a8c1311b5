-- why_servers: the live workers: which serve a queue, which registered a name; at least one row, for
-- the database's clock.
-- $1 queue, $2 job name, $3 microseconds of silence after which a worker is not live, $4 at most.
-- Rows: struct server.
--
-- How a name is matched to a worker is told in drift_registered.
WITH live AS MATERIALIZED (
    SELECT id, max(concurrency, 0) AS concurrency, last_heartbeat, started_at,
           CASE WHEN NOT (json_valid(queues) AND json_type(queues) = 'array') THEN 1
                WHEN json_array_length(queues) = 0 THEN 1
                ELSE EXISTS (SELECT 1 FROM json_each(queues) AS q
                              WHERE q.type = 'text' AND q.value = $1) END AS serves
      FROM soniq_workers
     WHERE status = 'active' AND last_heartbeat > now() - $3
     ORDER BY last_heartbeat DESC
     LIMIT $4
), part AS MATERIALIZED (
    SELECT worker_id, last_seen_at
      FROM soniq_task_registry
     WHERE rowid >= (SELECT coalesce(max(rowid), 0) - 50000 FROM soniq_task_registry)
       AND task_name = $2
     LIMIT $4
)
SELECT clock.now, live.id, live.concurrency, live.last_heartbeat,
       coalesce(live.serves, 0) AS serves,
       EXISTS (SELECT 1 FROM part
                WHERE part.worker_id = live.id
                   OR part.last_seen_at BETWEEN live.started_at - 60000000
                                            AND live.started_at + 60000000) AS knows
  FROM (SELECT now() AS now) AS clock
  LEFT JOIN live ON 1
 LIMIT $4;
