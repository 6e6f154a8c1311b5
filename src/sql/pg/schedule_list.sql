-- schedule_list: schedules by name.
-- $1 at most, $2 characters of a name, $3 bytes of arguments that are shown.
-- $4 $5 go on after this name and id; NULL: from the first, $6 after so many.
-- Rows: struct schedule.
SELECT id, left(job_name, $2::integer) AS job_name,
       left(schedule_type, $2::integer) AS schedule_type,
       left(schedule_value, $2::integer) AS schedule_value, priority,
       left(queue, $2::integer) AS queue, max_attempts,
       CASE WHEN length(job_kwargs::text) <= $3::bigint THEN job_kwargs END AS job_kwargs,
       left(status, $2::integer) AS status, created_at, last_run, next_run, run_count,
       last_job_id, updated_at
  FROM soniq_recurring_jobs
 WHERE $4::text IS NULL OR (coalesce(left(job_name, $2::integer), ''), id) > ($4, $5::uuid)
 ORDER BY coalesce(left(job_name, $2::integer), ''), id
 LIMIT $1::bigint OFFSET $6::bigint;
