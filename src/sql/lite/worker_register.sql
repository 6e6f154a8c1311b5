-- worker_register: a row for a worker that begins now.
-- $1 id, $2 host name, $3 process id, $4 queues as a JSON array of texts, $5 concurrency,
-- $6 version, $7 metadata as JSON.
INSERT INTO soniq_workers (id, hostname, pid, queues, concurrency, status, last_heartbeat,
                           started_at, version, metadata)
VALUES ($1, $2, $3, $4, $5, 'active', now(), now(), $6, $7);
