-- x_sample_wait: how long the oldest due job of each queue has waited, by the index soniq_x_jobs_wait.
-- $1 rows looked at of a queue at most.   Rows: struct serving, in part.
--
-- A wait begins when the job could first have run; dates at infinity do not take part.
SELECT name_id, now() - since AS oldest_us
  FROM (SELECT n.id AS name_id, min(coalesce((SELECT min(max(coalesce(s, c), c))
                  FROM (SELECT j.scheduled_at AS s, j.created_at AS c FROM soniq_jobs AS j
                         WHERE j.status = 'queued' AND j.queue IS n.name AND j.scheduled_at IS NULL
                         ORDER BY j.created_at LIMIT $1)),
                     9223372036854775807),
            coalesce((SELECT min(max(coalesce(s, c), c))
                  FROM (SELECT j.scheduled_at AS s, j.created_at AS c FROM soniq_jobs AS j
                         WHERE j.status = 'queued' AND j.queue IS n.name AND j.scheduled_at <= now()
                         ORDER BY j.scheduled_at LIMIT $1)),
                     9223372036854775807)) AS since
          FROM soniq_x_names AS n
         WHERE n.kind = 'queue' AND n.key <> '*'
           AND EXISTS (SELECT 1 FROM soniq_x_gauge AS g
                        WHERE g.queue_id = n.id AND g.status = 'queued' AND g.n > 0))
 WHERE typeof(since) = 'integer' AND since <= now() AND since > 0;
