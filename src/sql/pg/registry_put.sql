-- registry_put: a process handles jobs of a name.
-- $1 name, $2 id of the process.
INSERT INTO soniq_task_registry (task_name, worker_id, last_seen_at)
VALUES ($1::text, $2::text, now())
    ON CONFLICT (task_name, worker_id) DO UPDATE SET last_seen_at = excluded.last_seen_at;
