-- x_index_wait: waiting jobs of a queue by when they are due.
CREATE INDEX IF NOT EXISTS soniq_x_jobs_wait
    ON soniq_jobs (queue, scheduled_at, created_at)
 WHERE status = 'queued';
