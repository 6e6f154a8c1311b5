-- title: Died in 24 hours
-- show: number
-- label: jobs became dead letters
-- order: 10
-- backend: postgresql
SELECT count(*)
  FROM soniq_dead_letter_jobs
 WHERE moved_to_dead_letter_at > now() - interval '24 hours';
