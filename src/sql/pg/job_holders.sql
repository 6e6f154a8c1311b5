-- job_holders: who holds the jobs that are being processed.
-- $1 jobs read at most, $2 queues at most, $3 characters of a name,
-- $4 microseconds of silence after which a worker is not live, $5 holders at most.
-- Rows: struct holder_facts, in part.
--
-- Found as in worker_jobs, which tells why.
--
-- Each queue has a share of the rows that are read; what some leave, the first that hold more take.
WITH RECURSIVE step (queue, n) AS (
    (SELECT queue, 1::bigint FROM soniq_jobs WHERE queue IS NOT NULL ORDER BY queue LIMIT 1)
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $2::bigint
), share AS MATERIALIZED (
    SELECT $1::bigint / greatest(count(*), 1) AS n FROM step
), held AS MATERIALIZED (
    (SELECT h.*
       FROM step AS s
      CROSS JOIN LATERAL (
            SELECT j.worker_id, j.updated_at
              FROM soniq_jobs AS j
             WHERE j.queue = s.queue
               AND (j.status, j.id) >= ('processing', '00000000-0000-0000-0000-000000000000')
               AND (j.status, j.id) <= ('processing', 'ffffffff-ffff-ffff-ffff-ffffffffffff')
             ORDER BY j.status
             LIMIT (SELECT n FROM share)) AS h
     UNION ALL
     (SELECT worker_id, updated_at
        FROM soniq_jobs
       WHERE queue IS NULL AND status >= 'processing' AND status <= 'processing'
       ORDER BY queue, status
       LIMIT (SELECT n FROM share))
     UNION ALL
     SELECT h.*
       FROM step AS s
      CROSS JOIN LATERAL (
            SELECT j.worker_id, j.updated_at
              FROM soniq_jobs AS j
             WHERE j.queue = s.queue
               AND (j.status, j.id) >= ('processing', '00000000-0000-0000-0000-000000000000')
               AND (j.status, j.id) <= ('processing', 'ffffffff-ffff-ffff-ffff-ffffffffffff')
             ORDER BY j.status
            OFFSET (SELECT n FROM share) LIMIT $1::bigint + 1) AS h
     UNION ALL
     (SELECT worker_id, updated_at
        FROM soniq_jobs
       WHERE queue IS NULL AND status >= 'processing' AND status <= 'processing'
       ORDER BY queue, status
      OFFSET (SELECT n FROM share) LIMIT $1::bigint + 1))
     LIMIT $1::bigint + 1
), holders AS (
    SELECT worker_id, count(*) AS jobs,
           min(updated_at) FILTER (WHERE isfinite(updated_at)) AS since
      FROM held
     GROUP BY worker_id
     ORDER BY count(*) DESC
     LIMIT $5::bigint
)
SELECT h.worker_id, left(w.hostname, $3::integer) AS hostname, w.pid, w.last_heartbeat,
       w.status IN ('active', 'stopping')
           AND w.last_heartbeat >= now() - $4::bigint * interval '1 microsecond' AS is_live,
       w.status IN ('active', 'stopping')
           AND w.last_heartbeat < now() - $4::bigint * interval '1 microsecond' AS is_stale,
       w.id IS NOT NULL AS is_there, h.jobs, h.since,
       (SELECT count(*) FROM held) > $1::bigint AS is_cut
  FROM holders AS h
  LEFT JOIN soniq_workers AS w ON w.id = h.worker_id
 ORDER BY h.jobs DESC, h.worker_id;
