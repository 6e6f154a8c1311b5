-- dead_delete: delete dead letter $1.
DELETE FROM soniq_dead_letter_jobs
 WHERE id = $1;
