-- x_read_type_waiting: by job name, how long the one that waits longest has, as far as the heads of the
-- queues tell; and how old the youngest is of which that is known for sure.
-- $1 rows looked at of a queue at most, without a moment and with one each; $2 queues at most,
-- $3 characters of a name, $4 names at most.   Rows: struct type_waiting.
--
-- No index has names in the order of waiting, but soniq_x_jobs_wait has queues in it (x_read_waiting
-- says how it is walked). What was not looked at of a queue waits for a shorter time than what was: a name
-- that is met before the shortest of these ends is met at its oldest, everywhere.
WITH RECURSIVE @queues_waiting($2), looked AS MATERIALIZED (
    SELECT q.queue, head.*
      FROM queues AS q
     CROSS JOIN LATERAL (
           SELECT false AS has_moment, job_name, created_at AS since, created_at AS place
             FROM ((SELECT j.queue, j.scheduled_at, j.created_at, j.job_name
                      FROM soniq_jobs AS j
                     WHERE j.status = 'queued' AND j.queue >= q.queue
                     ORDER BY j.queue, j.scheduled_at NULLS FIRST, j.created_at
                     LIMIT $1::bigint)
                   UNION ALL
                   (SELECT j.queue, j.scheduled_at, j.created_at, j.job_name
                      FROM soniq_jobs AS j
                     WHERE j.status = 'queued' AND q.queue IS NULL AND j.queue IS NULL
                     ORDER BY j.queue, j.scheduled_at NULLS FIRST, j.created_at
                     LIMIT $1::bigint)) AS picked
            WHERE queue IS NOT DISTINCT FROM q.queue AND scheduled_at IS NULL
           UNION ALL
           SELECT true, job_name, greatest(scheduled_at, created_at), scheduled_at
             FROM ((SELECT j.queue, j.scheduled_at, j.created_at, j.job_name
                      FROM soniq_jobs AS j
                     WHERE j.status = 'queued'
                       AND (j.queue, j.scheduled_at) >= (q.queue, '-infinity'::timestamptz)
                     ORDER BY j.queue, j.scheduled_at NULLS FIRST LIMIT $1::bigint)
                   UNION ALL
                   (SELECT j.queue, j.scheduled_at, j.created_at, j.job_name
                      FROM soniq_jobs AS j
                     WHERE j.status = 'queued' AND q.queue IS NULL AND j.queue IS NULL
                       AND j.scheduled_at >= '-infinity'
                     ORDER BY j.queue, j.scheduled_at NULLS FIRST LIMIT $1::bigint)) AS picked
            WHERE queue IS NOT DISTINCT FROM q.queue AND scheduled_at <= now()) AS head
), ends AS (
    SELECT coalesce(max(place) FILTER (WHERE isfinite(place)), 'epoch') AS place
      FROM looked
     GROUP BY queue, has_moment
    HAVING count(*) >= $1::bigint
    UNION ALL
    SELECT 'epoch' WHERE (SELECT count(*) FROM queues) >= $2::bigint
)
SELECT left(job_name, $3::integer) AS job_name,
       greatest(date_part('epoch', now() - min(since)), 0) AS oldest_waiting_seconds,
       date_part('epoch', now() - (SELECT min(place) FROM ends)) AS sure_seconds
  FROM looked
 WHERE isfinite(since)
 GROUP BY left(job_name, $3::integer)
 LIMIT $4::bigint;
