-- stats_last_hour: what happened in the last hour, as far as the window shows it.
-- $1 start of the window, $2 rows looked at elsewhere at most, $3 the window is the whole table.
-- Rows: struct last_hour, in part.
--
-- Rows that were done are found by idx_soniq_jobs_expires_at (see metrics_window), others that
-- changed by looking at the window.
WITH span AS (
    SELECT now() - interval '1 hour' AS since
), newest AS (
    SELECT status, updated_at
      FROM soniq_jobs
     WHERE expires_at >= (SELECT since FROM span)
     ORDER BY expires_at DESC
     LIMIT $2::bigint
), done AS (
    SELECT count(*) AS n
      FROM newest
     WHERE status = 'done' AND updated_at >= (SELECT since FROM span)
), changed AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE status = 'done') AS n_done
      FROM soniq_jobs
     WHERE ctid >= $1::tid AND updated_at >= (SELECT since FROM span)
       AND (status <> 'done' OR expires_at IS NULL OR expires_at < (SELECT since FROM span))
), dead AS (
    SELECT count(*) AS n
      FROM (SELECT 1
              FROM soniq_dead_letter_jobs
             WHERE moved_to_dead_letter_at >= (SELECT since FROM span)
             ORDER BY moved_to_dead_letter_at DESC
             LIMIT $2::bigint) AS picked
)
SELECT done.n + changed.n + dead.n AS jobs_last_hour,
       done.n + changed.n_done AS completed_last_hour,
       dead.n AS dead_lettered_last_hour,
       NOT $3::boolean OR ((SELECT count(*) FROM newest) >= $2::bigint
                           AND done.n < $2::bigint) AS is_sample,
       done.n >= $2::bigint OR dead.n >= $2::bigint AS is_capped
  FROM done, changed, dead;
