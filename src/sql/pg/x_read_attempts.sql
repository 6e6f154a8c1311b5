-- x_read_attempts: the attempts of a job that ended, and the one that runs.
-- $1 id, $2 how many of the newest, $3 characters of an error, $4 of a name.
-- Rows: struct attempt, last to first.
SELECT a.attempt, a.worker_id,
       left(w.hostname, $4::integer) || ':' || w.pid AS worker,
       a.created_at, a.started_at, a.ended_at, a.wait_us / 1000.0::float8 AS wait_ms,
       CASE WHEN isfinite(a.ended_at) AND isfinite(a.started_at)
            THEN greatest(date_part('epoch', a.ended_at - a.started_at) * 1000, 0) END AS run_ms,
       left(a.outcome, $4::integer) AS outcome, left(a.error, $3::integer) AS error,
       left(a.queue, $4::integer) AS queue, left(a.job_name, $4::integer) AS job_name
  FROM ((SELECT attempt, worker_id, created_at, started_at, ended_at, wait_us, outcome, error,
                queue, job_name
           FROM soniq_x_attempts
          WHERE job_id = $1::uuid
          ORDER BY ended_at DESC, attempt DESC
          LIMIT $2::bigint)
        UNION ALL
        SELECT j.attempts, j.worker_id, j.created_at, j.updated_at, NULL,
               CASE WHEN isfinite(j.created_at) AND isfinite(j.updated_at)
                         AND isfinite(coalesce(j.scheduled_at, j.created_at))
                    THEN greatest(date_part('epoch', j.updated_at
                             - greatest(j.created_at, j.scheduled_at)) * 1e6, 0)::bigint END,
               'running', NULL, j.queue, j.job_name
          FROM soniq_jobs AS j
         WHERE j.id = $1::uuid AND j.status = 'processing') AS a
  LEFT JOIN soniq_workers AS w ON w.id = a.worker_id
 ORDER BY a.ended_at DESC NULLS FIRST, a.attempt DESC
 LIMIT $2::bigint;
