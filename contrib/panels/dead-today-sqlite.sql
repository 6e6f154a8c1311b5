-- title: Died in 24 hours
-- show: number
-- label: jobs became dead letters
-- order: 10
-- backend: sqlite
--
-- Moments are microseconds since 1970; now() is one of them.
SELECT count(*)
  FROM soniq_dead_letter_jobs
 WHERE moved_to_dead_letter_at > now() - 24 * 3600 * 1000000;
