-- schedule_list: schedules by name.
-- $1 at most, $2 characters of a name, $3 bytes of arguments that are shown.
-- $4 $5 go on after this name and id; NULL: from the first, $6 after so many.
-- Rows: struct schedule.
SELECT id, substr(job_name, 1, $2) AS job_name, substr(schedule_type, 1, $2) AS schedule_type,
       substr(schedule_value, 1, $2) AS schedule_value, priority,
       substr(queue, 1, $2) AS queue, max_attempts,
       CASE WHEN length(job_kwargs) <= $3 AND json_valid(job_kwargs) THEN job_kwargs END
           AS job_kwargs,
       substr(status, 1, $2) AS status, created_at, last_run, next_run, run_count, last_job_id,
       updated_at
  FROM soniq_recurring_jobs
 WHERE $4 IS NULL OR (coalesce(substr(job_name, 1, $2), ''), id) > ($4, $5)
 ORDER BY coalesce(substr(job_name, 1, $2), ''), id
 LIMIT $1 OFFSET $6;
