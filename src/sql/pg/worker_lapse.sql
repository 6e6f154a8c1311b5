-- worker_lapse: mark a worker stopped if it is still silent for too long.
-- $1 its id, $2 microseconds of silence.
UPDATE soniq_workers
   SET status = 'stopped'
 WHERE id = $1::uuid AND status = 'active'
   AND last_heartbeat < now() - $2::bigint * interval '1 microsecond';
