-- x_read_attempts: the attempts of a job that ended, and the one that runs.
-- $1 id, $2 how many of the newest, $3 characters of an error, $4 of a name.
-- Rows: struct attempt, last to first.
SELECT a.attempt, substr(a.worker_id, 1, $4) AS worker_id,
       substr(w.hostname, 1, $4) || ':' || w.pid AS worker,
       a.created_at, a.started_at, a.ended_at, a.wait_us / 1000.0 AS wait_ms,
       CASE WHEN typeof(a.ended_at) = 'integer' AND typeof(a.started_at) = 'integer'
            THEN max(a.ended_at - a.started_at, 0) / 1000.0 END AS run_ms,
       substr(a.outcome, 1, $4) AS outcome, substr(a.error, 1, $3) AS error,
       substr(a.queue, 1, $4) AS queue, substr(a.job_name, 1, $4) AS job_name
  FROM (SELECT attempt, worker_id, created_at, started_at, ended_at, wait_us, outcome, error,
               queue, job_name
          FROM (SELECT attempt, worker_id, created_at, started_at, ended_at, wait_us, outcome,
                       error, queue, job_name
                  FROM soniq_x_attempts
                 WHERE job_id = $1
                 ORDER BY ended_at DESC, attempt DESC
                 LIMIT $2)
        UNION ALL
        SELECT j.attempts, j.worker_id, j.created_at, j.updated_at, NULL,
               CASE WHEN typeof(j.created_at) = 'integer' AND typeof(j.updated_at) = 'integer'
                    THEN max(j.updated_at
                             - max(j.created_at,
                                   CASE WHEN typeof(j.scheduled_at) = 'integer'
                                        THEN j.scheduled_at ELSE j.created_at END), 0) END,
               'running', NULL, j.queue, j.job_name
          FROM soniq_jobs AS j
         WHERE j.id = $1 AND j.status = 'processing') AS a
  LEFT JOIN soniq_workers AS w ON w.id = a.worker_id
 ORDER BY a.ended_at DESC NULLS FIRST, a.attempt DESC
 LIMIT $2;
