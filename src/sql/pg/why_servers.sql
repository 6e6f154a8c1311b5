-- why_servers: the live workers: which serve a queue, which registered a name; at least one row, for
-- the database's clock.
-- $1 queue, $2 job name, $3 microseconds of silence after which a worker is not live, $4 at most.
-- Rows: struct server.
--
-- How a name is matched to a worker is told in drift_registered.
WITH live AS (
    SELECT id, greatest(concurrency, 0) AS concurrency, last_heartbeat,
           coalesce(cardinality(queues), 0) = 0 OR $1::text = ANY (queues) AS serves,
           CASE WHEN started_at BETWEEN '0001-01-01 UTC' AND '9999-12-31 UTC'
                THEN started_at END AS started_at
      FROM soniq_workers
     WHERE status = 'active' AND last_heartbeat > now() - $3::bigint * interval '1 microsecond'
     ORDER BY last_heartbeat DESC
     LIMIT $4::bigint
), part AS MATERIALIZED (
    SELECT worker_id, last_seen_at
      FROM soniq_task_registry
     WHERE ctid >= (SELECT format('(%s,0)', greatest(0, pg_relation_size('soniq_task_registry')
                                  / current_setting('block_size')::bigint - 512))::tid)
       AND task_name = $2::text
     LIMIT $4::bigint
)
SELECT clock.now, live.id, live.concurrency, live.last_heartbeat,
       coalesce(live.serves, false) AS serves,
       EXISTS (SELECT 1 FROM part
                WHERE part.worker_id = live.id::text
                   OR part.last_seen_at BETWEEN live.started_at - interval '1 minute'
                                            AND live.started_at + interval '1 minute') AS knows
  FROM (SELECT now() AS now) AS clock
  LEFT JOIN live ON true
 LIMIT $4::bigint;
