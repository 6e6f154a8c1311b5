-- x_index_status: the jobs of a status, newest first, but for those that are done: they are most.
CREATE INDEX IF NOT EXISTS soniq_x_jobs_status
    ON soniq_jobs (status, created_at DESC, id DESC)
 WHERE status <> 'done';
