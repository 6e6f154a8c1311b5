-- worker_register: a row for a worker that begins now.
-- $1 id, $2 host name, $3 process id, $4 queues as a JSON array of texts, $5 concurrency,
-- $6 version, $7 metadata as JSON.
INSERT INTO soniq_workers (id, hostname, pid, queues, concurrency, status, last_heartbeat,
                           started_at, version, metadata)
VALUES ($1::uuid, $2::text, $3::integer,
        ARRAY(SELECT jsonb_array_elements_text($4::jsonb)), $5::integer, 'active', now(),
        now(), $6::text, $7::jsonb);
