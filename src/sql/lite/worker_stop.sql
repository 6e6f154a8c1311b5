-- worker_stop: the worker's last sign of life.
-- $1 its id.
UPDATE soniq_workers
   SET status = 'stopped', last_heartbeat = now()
 WHERE id = $1;
