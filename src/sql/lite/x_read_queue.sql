-- x_read_queue: how many jobs and dead letters one queue has in each state.
-- $1 unfolded changes at most: with more the gauges alone tell; $2 its name; $3 queues that there is
-- room for.
-- Rows: struct gauge_row, as of x_read_gauges; of a queue that is no longer told apart a row that
-- says so.
WITH recent AS MATERIALIZED (
    SELECT queue, was, becomes, outcome, n, is_moved, old_queue
      FROM soniq_x_delta
     LIMIT $1 + 1
), head AS MATERIALIZED (
    SELECT s.folded_at,
           s.recount_due IS NOT NULL OR s.recounted_at IS NULL
               OR EXISTS (SELECT 1 FROM recent WHERE substr(outcome, 1, 1) = '!') AS is_due,
           (SELECT count(*) FROM recent) > $1 AS is_behind
      FROM soniq_x_state AS s
     LIMIT 1
), known AS MATERIALIZED (
    SELECT id
      FROM soniq_x_names
     WHERE kind = 'queue' AND key = '=' || substr($2, 1, 255)
     LIMIT 1
), step AS (
    SELECT outcome = 'dated' AS is_dated, becomes AS status, n
      FROM recent
     WHERE becomes IS NOT NULL AND substr(queue, 1, 255) = substr($2, 1, 255)
    UNION ALL
    SELECT outcome = 'dated', was, -n
      FROM recent
     WHERE was IS NOT NULL
       AND substr(CASE WHEN is_moved THEN old_queue ELSE queue END, 1, 255) = substr($2, 1, 255)
), part AS (
    SELECT status, n
      FROM soniq_x_gauge
     WHERE queue_id = (SELECT id FROM known) AND n <> 0
    UNION ALL
    SELECT CASE WHEN is_dated THEN 'dated'
                WHEN status IN ('queued', 'processing', 'done', 'cancelled', 'dead_letter')
                THEN status ELSE '*' END, n
      FROM step
     WHERE NOT (SELECT is_behind FROM head)
), counted AS (
    SELECT CASE status WHEN 'dated' THEN 'queued' ELSE status END AS status,
           coalesce(sum(n) FILTER (WHERE status <> 'dated'), 0) AS n,
           coalesce(sum(n) FILTER (WHERE status = 'dated'), 0) AS dated
      FROM part
     GROUP BY 1
    HAVING sum(n) FILTER (WHERE status <> 'dated') <> 0
        OR sum(n) FILTER (WHERE status = 'dated') <> 0
     LIMIT 10
)
SELECT $2 AS queue, NULL AS job_name, status, n, dated, 0 AS is_other_queue,
       0 AS is_other_type, NULL AS folded_at, NULL AS is_due,
       NULL AS is_behind
  FROM counted
UNION ALL
SELECT NULL, NULL, 'queued', 0, 0, 1, 0, NULL, NULL, NULL
 WHERE NOT EXISTS (SELECT 1 FROM known)
   AND (SELECT count(*) FROM soniq_x_names WHERE kind = 'queue' AND key <> '*') >= $3
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, folded_at, is_due, is_behind
  FROM head;
