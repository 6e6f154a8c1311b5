-- walk_page: a page of $it rows of what is `judged`, behind the first $it4, with $it2 characters
-- of a name and $it3 of the error. What is_mark is among them, whether it matches or not.
ranked AS (
    SELECT *, row_number() OVER (ORDER BY sort_at DESC, id DESC) AS rank
      FROM judged
     WHERE is_match OR is_mark
), page AS MATERIALIZED (
    SELECT *
      FROM ranked
     WHERE rank > $it4::bigint OR is_mark
     ORDER BY sort_at DESC, id DESC
     LIMIT $it::bigint
)
SELECT p.id, j.job_name, j.status, j.queue, j.priority, j.attempts, j.max_attempts,
       j.created_at, j.updated_at, j.scheduled_at, j.last_error, j.worker_id, j.producer_id,
       p.sort_at, p.is_match, p.is_mark, p.rank
  FROM page AS p
 CROSS JOIN LATERAL (
        SELECT @job_line($it2, $it3)
          FROM soniq_jobs
         WHERE ctid = p.place
         LIMIT 1
       ) AS j
