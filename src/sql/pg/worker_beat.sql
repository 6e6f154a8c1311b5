-- worker_beat: a sign of life, after which the worker counts as active whatever it was.
-- $1 its id, $2 metadata as JSON.
UPDATE soniq_workers
   SET last_heartbeat = now(), status = 'active', metadata = $2::jsonb
 WHERE id = $1::uuid;
