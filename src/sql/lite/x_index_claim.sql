-- x_index_claim: waiting jobs in the order in which they are claimed.
CREATE INDEX IF NOT EXISTS soniq_x_jobs_claim
    ON soniq_jobs (priority, scheduled_at, created_at)
 WHERE status = 'queued';
