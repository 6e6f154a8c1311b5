-- schedule_update: change the schedule of a name; of several rows, the newest.
-- $1 name, $2 type, $3 value, $4 priority, $5 queue, $6 most attempts, $7 arguments as JSON,
-- $8 status, $9 next run.   Rows: its id, or none.
UPDATE soniq_recurring_jobs
   SET schedule_type = $2, schedule_value = $3, priority = $4, queue = $5, max_attempts = $6,
       job_kwargs = $7, status = $8, next_run = $9, updated_at = now()
 WHERE id = (SELECT id FROM soniq_recurring_jobs WHERE job_name = $1
              ORDER BY created_at DESC, id DESC LIMIT 1)
RETURNING id;
