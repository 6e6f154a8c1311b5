-- x_past_delta: what the triggers would have told of the rows of the past, to ten minutes.
-- $1 each done row stands for so many, of which the others' rows are gone.
WITH past AS MATERIALIZED (
    SELECT queue, job_name, 'done' AS outcome, created_at AS made,
           created_at + (updated_at - created_at) / 4 AS begun, updated_at AS ended
      FROM soniq_jobs
     WHERE status = 'done'
     UNION ALL
    SELECT queue, job_name, 'dead', original_created_at,
           original_created_at + (moved_to_dead_letter_at - original_created_at) / 4,
           moved_to_dead_letter_at
      FROM soniq_dead_letter_jobs
), spans AS MATERIALIZED (
    SELECT queue, job_name, outcome, count(*) AS rows_n,
           count(*) * CASE outcome WHEN 'done' THEN $1 ELSE 1 END AS n,
           ended / 600000000 * 600000000 AS at,
           group_concat(begun - made, ' ') AS waits,
           group_concat(ended - begun, ' ') AS runs,
           total(ended - made) * $1 AS total_us
      FROM past
     GROUP BY queue, job_name, outcome, 6
)
INSERT INTO soniq_x_delta (at, queue, job_name, was, becomes, outcome, n, waits, runs, total_us)
SELECT at, queue, job_name, NULL, 'queued', NULL, n, NULL, NULL, NULL FROM spans
 UNION ALL
SELECT at, queue, job_name, 'queued', 'processing', NULL, n, waits, NULL, NULL FROM spans
 UNION ALL
SELECT at, queue, job_name, 'processing', CASE outcome WHEN 'done' THEN outcome END, outcome, n,
       NULL, runs, CASE outcome WHEN 'done' THEN total_us END FROM spans
 UNION ALL
SELECT at, queue, job_name, 'done', NULL, NULL, n - rows_n, NULL, NULL, NULL FROM spans
 WHERE n > rows_n
 UNION ALL
SELECT at, queue, job_name, NULL, 'dead_letter', NULL, n, NULL, NULL, NULL FROM spans
 WHERE outcome = 'dead';
