-- x_gauge_recount: by how much the numbers of rows are wrong.
-- $1 rows at most.   Rows: struct cell.
--
-- One statement, hence one snapshot: all rows, without what is not yet folded, against the gauges.
-- Folding moves between the last two and changes no difference, so it may be added later.
WITH counted AS (
    SELECT queue, job_name, false AS is_dated, status, count(*) AS n
      FROM soniq_jobs
     WHERE status IS NOT NULL
     GROUP BY queue, job_name, status
    UNION ALL
    SELECT queue, job_name, true, status, count(*)
      FROM soniq_jobs
     WHERE status = 'queued' AND scheduled_at IS NOT NULL
     GROUP BY queue, job_name, status
    UNION ALL
    SELECT queue, job_name, false, 'dead_letter', count(*)
      FROM soniq_dead_letter_jobs
     GROUP BY queue, job_name
    UNION ALL
    SELECT queue, job_name, coalesce(outcome = 'dated', false), becomes, -n
      FROM soniq_x_delta
     WHERE becomes IS NOT NULL AND n > 0
    UNION ALL
    SELECT CASE WHEN is_moved THEN old_queue ELSE queue END,
           CASE WHEN is_moved THEN old_name ELSE job_name END,
           coalesce(outcome = 'dated', false), was, n
      FROM soniq_x_delta
     WHERE was IS NOT NULL AND n > 0
), named AS (
    SELECT coalesce('=' || left(queue, 255), '') AS queue,
           coalesce('=' || left(job_name, 255), '') AS job_name,
           CASE WHEN is_dated THEN 'dated'
                WHEN status IN ('queued', 'processing', 'done', 'cancelled', 'dead_letter')
                THEN status ELSE '*' END AS status, sum(n) AS n
      FROM counted
     GROUP BY 1, 2, 3
), cells AS (
    SELECT coalesce(q.id, oq.id) AS queue_id, coalesce(t.id, ot.id) AS type_id, r.status, r.n
      FROM named AS r
      JOIN soniq_x_names AS oq ON oq.kind = 'queue' AND oq.key = '*'
      JOIN soniq_x_names AS ot ON ot.kind = 'type' AND ot.key = '*'
      LEFT JOIN soniq_x_names AS q ON q.kind = 'queue' AND q.key = r.queue
      LEFT JOIN soniq_x_names AS t ON t.kind = 'type' AND t.key = r.job_name
    UNION ALL
    SELECT queue_id, type_id, status, -n
      FROM soniq_x_gauge
)
SELECT queue_id, type_id, status, sum(n)::bigint AS n
  FROM cells
 GROUP BY queue_id, type_id, status
HAVING sum(n) <> 0
 LIMIT $1::bigint;
