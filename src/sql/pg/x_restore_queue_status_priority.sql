-- x_restore_queue_status_priority: the index comes back as the Python project made it.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_soniq_jobs_queue_status_priority
    ON soniq_jobs (queue, status, priority, scheduled_at) WHERE status = 'queued';
