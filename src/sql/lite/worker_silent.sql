-- worker_silent: active workers that have been silent for too long.
-- $1 microseconds of silence, $2 at most.   Rows: an id each.
SELECT id
  FROM soniq_workers
 WHERE status = 'active' AND last_heartbeat < now() - $1
 ORDER BY last_heartbeat
 LIMIT $2;
