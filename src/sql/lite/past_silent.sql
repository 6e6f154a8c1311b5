-- past_silent: worker $1 as if it had been silent for $2 microseconds.
UPDATE soniq_workers
   SET last_heartbeat = now() - $2, started_at = now() - 4 * $2
 WHERE id = $1;
