-- x_read_gauges: how many jobs and dead letters there are: gauges and what is not folded yet.
-- $1 $2 apart by queue, by job name; $3 unfolded changes at most: with more the gauges alone tell;
-- $4 $5 queues and job names that there is room for; $6 rows at most.
-- Rows: struct gauge_row, one more than there are counts: its status is NULL.
--
-- One statement, hence one snapshot: a change is in the gauges or in soniq_x_delta, never in both.
WITH recent AS MATERIALIZED (
    SELECT queue, job_name, was, becomes, outcome, n, is_moved, old_queue, old_name
      FROM soniq_x_delta
     LIMIT $3::bigint + 1
), head AS MATERIALIZED (
    SELECT s.folded_at,
           s.recount_due IS NOT NULL OR s.recounted_at IS NULL
               OR EXISTS (SELECT 1 FROM recent WHERE outcome LIKE '!%') AS is_due,
           (SELECT count(*) FROM recent) > $3::bigint AS is_behind
      FROM soniq_x_state AS s
     LIMIT 1
), step AS (
    SELECT queue, job_name, outcome = 'dated' AS is_dated, becomes AS status, n
      FROM recent
     WHERE becomes IS NOT NULL
    UNION ALL
    SELECT CASE WHEN is_moved THEN old_queue ELSE queue END,
           CASE WHEN is_moved THEN old_name ELSE job_name END, outcome = 'dated', was, -n
      FROM recent
     WHERE was IS NOT NULL
), change AS (
    SELECT coalesce('=' || left(queue, 255), '') AS queue_key,
           coalesce('=' || left(job_name, 255), '') AS type_key,
           CASE WHEN is_dated THEN 'dated'
                WHEN status IN ('queued', 'processing', 'done', 'cancelled', 'dead_letter')
                THEN status ELSE '*' END AS status, sum(n) AS n
      FROM step
     WHERE NOT (SELECT is_behind FROM head)
     GROUP BY 1, 2, 3
), room AS MATERIALIZED (
    SELECT count(*) FILTER (WHERE kind = 'queue' AND key <> '*') < $4::bigint AS for_queues,
           count(*) FILTER (WHERE kind = 'type' AND key <> '*') < $5::bigint AS for_types
      FROM soniq_x_names
), part AS (
    SELECT q.key AS queue_key, t.key AS type_key, g.status, g.n::numeric AS n
      FROM soniq_x_gauge AS g
      JOIN soniq_x_names AS q ON q.id = g.queue_id
      JOIN soniq_x_names AS t ON t.id = g.type_id
     WHERE g.n <> 0
    UNION ALL
    SELECT coalesce(q.key, CASE WHEN room.for_queues THEN c.queue_key ELSE '*' END),
           coalesce(t.key, CASE WHEN room.for_types THEN c.type_key ELSE '*' END), c.status, c.n
      FROM change AS c
     CROSS JOIN room
      LEFT JOIN soniq_x_names AS q ON q.kind = 'queue' AND q.key = c.queue_key
      LEFT JOIN soniq_x_names AS t ON t.kind = 'type' AND t.key = c.type_key
), counted AS (
    SELECT CASE WHEN $1::boolean THEN queue_key END AS queue_key,
           CASE WHEN $2::boolean THEN type_key END AS type_key,
           CASE status WHEN 'dated' THEN 'queued' ELSE status END AS status,
           coalesce(sum(n) FILTER (WHERE status <> 'dated'), 0)::bigint AS n,
           coalesce(sum(n) FILTER (WHERE status = 'dated'), 0)::bigint AS dated
      FROM part
     GROUP BY 1, 2, 3
    HAVING sum(n) FILTER (WHERE status <> 'dated') <> 0
        OR sum(n) FILTER (WHERE status = 'dated') <> 0
     LIMIT $6::bigint
)
SELECT CASE WHEN queue_key LIKE '=%' THEN substr(queue_key, 2) END AS queue,
       CASE WHEN type_key LIKE '=%' THEN substr(type_key, 2) END AS job_name,
       status, n, dated, coalesce(queue_key = '*', false) AS is_other_queue,
       coalesce(type_key = '*', false) AS is_other_type,
       NULL::timestamptz AS folded_at, NULL::boolean AS is_due, NULL::boolean AS is_behind
  FROM counted
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, folded_at, is_due, is_behind
  FROM head;
