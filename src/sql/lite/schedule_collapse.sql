-- schedule_collapse: take away every other row of a schedule's name.
-- $1 name, $2 the id that stays.
DELETE FROM soniq_recurring_jobs
 WHERE job_name = $1 AND id <> $2;
