-- job_delete: delete job $1 unless somebody works on it.
DELETE FROM soniq_jobs
 WHERE id = $1 AND coalesce(status, '') <> 'processing';
