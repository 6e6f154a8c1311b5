-- schedule_update: change the schedule of a name; of several rows, the newest.
-- $1 name, $2 type, $3 value, $4 priority, $5 queue, $6 most attempts, $7 arguments as JSON,
-- $8 status, $9 next run.   Rows: its id, or none.
UPDATE soniq_recurring_jobs
   SET schedule_type = $2::text, schedule_value = $3::text, priority = $4::integer,
       queue = $5::text, max_attempts = $6::integer, job_kwargs = $7::jsonb, status = $8::text,
       next_run = $9::timestamptz, updated_at = now()
 WHERE id = (SELECT id FROM soniq_recurring_jobs WHERE job_name = $1::text
              ORDER BY created_at DESC NULLS LAST, id DESC LIMIT 1 FOR UPDATE)
RETURNING id;
