-- x_sample_wait: how long the oldest due job of each queue has waited, by the index soniq_x_jobs_wait.
-- $1 rows looked at of a queue at most.   Rows: struct serving, in part.
--
-- A wait begins when the job could first have run; dates at infinity do not take part.
SELECT n.id AS name_id, (date_part('epoch', now() - w.since) * 1e6)::bigint AS oldest_us
  FROM soniq_x_names AS n
 CROSS JOIN LATERAL (
       SELECT min(greatest(p.scheduled_at, p.created_at))
                  FILTER (WHERE isfinite(greatest(p.scheduled_at, p.created_at))) AS since
         FROM ((SELECT j.scheduled_at, j.created_at FROM soniq_jobs AS j
                WHERE j.status = 'queued' AND j.queue = n.name
                  AND j.scheduled_at IS NULL
                ORDER BY j.created_at LIMIT $1::bigint)
               UNION ALL
              (SELECT j.scheduled_at, j.created_at FROM soniq_jobs AS j
                WHERE j.status = 'queued' AND j.queue = n.name
                  AND j.scheduled_at <= now()
                ORDER BY j.scheduled_at LIMIT $1::bigint)
               UNION ALL
              (SELECT j.scheduled_at, j.created_at FROM soniq_jobs AS j
                WHERE j.status = 'queued' AND n.key = '' AND j.queue IS NULL
                  AND j.scheduled_at IS NULL
                ORDER BY j.created_at LIMIT $1::bigint)
               UNION ALL
              (SELECT j.scheduled_at, j.created_at FROM soniq_jobs AS j
                WHERE j.status = 'queued' AND n.key = '' AND j.queue IS NULL
                  AND j.scheduled_at <= now()
                ORDER BY j.scheduled_at LIMIT $1::bigint)) AS p) AS w
 WHERE n.kind = 'queue' AND n.key <> '*' AND w.since <= now()
   AND EXISTS (SELECT 1 FROM soniq_x_gauge AS g
                WHERE g.queue_id = n.id AND g.status = 'queued' AND g.n > 0);
