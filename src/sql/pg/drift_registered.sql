-- drift_registered: the names that live workers registered.
-- $1 microseconds of silence after which a worker is not live, $2 names at most,
-- $3 characters of a name.   Rows: a name each.
--
-- Workers of the Python project register under an id that is not their own, just before they
-- begin to beat: such names count for a worker that started within a minute of them. Rows are
-- only ever added here, so that the newest 512 pages of the table are looked at.
WITH live AS (
    SELECT id::text AS id,
           CASE WHEN started_at BETWEEN '0001-01-01 UTC' AND '9999-12-31 UTC'
                THEN started_at END AS started_at
      FROM soniq_workers
     WHERE status = 'active' AND last_heartbeat > now() - $1::bigint * interval '1 microsecond'
     LIMIT 10000
), part AS (
    SELECT task_name, worker_id, last_seen_at
      FROM soniq_task_registry
     WHERE ctid >= (SELECT format('(%s,0)', greatest(0, pg_relation_size('soniq_task_registry')
                                  / current_setting('block_size')::bigint - 512))::tid)
)
SELECT left(task_name, $3::integer) AS name
  FROM part
 WHERE worker_id IN (SELECT id FROM live)
    OR (last_seen_at >= (SELECT min(started_at) - interval '1 minute' FROM live)
        AND EXISTS (SELECT 1 FROM live
                     WHERE part.last_seen_at BETWEEN live.started_at - interval '1 minute'
                                                 AND live.started_at + interval '1 minute'))
 GROUP BY 1
 ORDER BY 1
 LIMIT $2::bigint;
