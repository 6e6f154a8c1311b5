-- x_restore_status_priority: the index comes back as the Python project made it.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_soniq_jobs_status_priority
    ON soniq_jobs (status, priority) WHERE status = 'queued';
