-- schedule_collapse: take away every other row of a schedule's name.
-- $1 name, $2 the id that stays.
--
-- Two schedulers of the Python project that start together make two rows, after which neither
-- of them fires that schedule again.
DELETE FROM soniq_recurring_jobs
 WHERE job_name = $1::text AND id <> $2::uuid;
