-- x_read_totals: how many jobs and dead letters there are in each state, all queues and names as one.
-- $1 unfolded changes at most: with more the gauges alone tell.
-- Rows: struct gauge_row, as of x_read_gauges.   What a list asks with each page: no name is looked up.
WITH recent AS MATERIALIZED (
    SELECT was, becomes, outcome, n
      FROM soniq_x_delta
     LIMIT $1::bigint + 1
), head AS MATERIALIZED (
    SELECT s.folded_at,
           s.recount_due IS NOT NULL OR s.recounted_at IS NULL
               OR EXISTS (SELECT 1 FROM recent WHERE outcome LIKE '!%') AS is_due,
           (SELECT count(*) FROM recent) > $1::bigint AS is_behind
      FROM soniq_x_state AS s
     LIMIT 1
), step AS (
    SELECT outcome = 'dated' AS is_dated, becomes AS status, n
      FROM recent
     WHERE becomes IS NOT NULL
    UNION ALL
    SELECT outcome = 'dated', was, -n
      FROM recent
     WHERE was IS NOT NULL
), part AS (
    SELECT status, n::numeric AS n
      FROM soniq_x_gauge
     WHERE n <> 0
    UNION ALL
    SELECT CASE WHEN is_dated THEN 'dated'
                WHEN status IN ('queued', 'processing', 'done', 'cancelled', 'dead_letter')
                THEN status ELSE '*' END, n
      FROM step
     WHERE NOT (SELECT is_behind FROM head)
), counted AS (
    SELECT CASE status WHEN 'dated' THEN 'queued' ELSE status END AS status,
           coalesce(sum(n) FILTER (WHERE status <> 'dated'), 0)::bigint AS n,
           coalesce(sum(n) FILTER (WHERE status = 'dated'), 0)::bigint AS dated
      FROM part
     GROUP BY 1
    HAVING sum(n) FILTER (WHERE status <> 'dated') <> 0
        OR sum(n) FILTER (WHERE status = 'dated') <> 0
     LIMIT 10
)
SELECT NULL::text AS queue, NULL::text AS job_name, status, n, dated, false AS is_other_queue,
       false AS is_other_type, NULL::timestamptz AS folded_at, NULL::boolean AS is_due,
       NULL::boolean AS is_behind
  FROM counted
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, folded_at, is_due, is_behind
  FROM head;
