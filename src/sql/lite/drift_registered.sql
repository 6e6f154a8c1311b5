-- drift_registered: the names that live workers registered.
-- $1 microseconds of silence after which a worker is not live, $2 names at most,
-- $3 characters of a name.   Rows: a name each.
--
-- Workers of the Python project register under an id that is not their own, just before they
-- begin to beat: such names count for a worker that started within a minute of them. Rows are
-- only ever added here, so that the newest 50,000 of the table are looked at.
WITH live AS MATERIALIZED (
    SELECT id, started_at
      FROM soniq_workers
     WHERE status = 'active' AND last_heartbeat > now() - $1
     LIMIT 10000
)
SELECT substr(task_name, 1, $3) AS name
  FROM soniq_task_registry AS part
 WHERE rowid >= (SELECT coalesce(max(rowid), 0) - 50000 FROM soniq_task_registry)
   AND (worker_id IN (SELECT id FROM live)
        OR (last_seen_at >= (SELECT min(started_at) - 60000000 FROM live)
            AND EXISTS (SELECT 1 FROM live
                         WHERE part.last_seen_at BETWEEN live.started_at - 60000000
                                                     AND live.started_at + 60000000)))
 GROUP BY 1
 ORDER BY 1
 LIMIT $2;
