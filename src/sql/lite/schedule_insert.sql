-- schedule_insert: a new schedule.
-- $1 name, $2 type, $3 value, $4 priority, $5 queue, $6 most attempts, $7 arguments as JSON,
-- $8 status, $9 next run, $10 id.
INSERT INTO soniq_recurring_jobs (id, job_name, schedule_type, schedule_value, priority, queue,
                                  max_attempts, job_kwargs, status, created_at, next_run,
                                  run_count, updated_at)
VALUES ($10, $1, $2, $3, $4, $5, $6, $7, $8, now(), $9, 0, now());
