-- Jobs that come again by a clock.  A name may be there twice: nothing forbids it.

CREATE TABLE IF NOT EXISTS soniq_recurring_jobs (
    id TEXT PRIMARY KEY NOT NULL,
    job_name TEXT NOT NULL,
    schedule_type TEXT NOT NULL,
    schedule_value TEXT NOT NULL,
    priority INTEGER NOT NULL DEFAULT 100,
    queue TEXT NOT NULL DEFAULT 'default',
    max_attempts INTEGER NOT NULL DEFAULT 3,
    job_kwargs TEXT NOT NULL DEFAULT '{}',
    status TEXT NOT NULL DEFAULT 'active',
    created_at INTEGER
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),
    last_run INTEGER,
    next_run INTEGER,
    run_count INTEGER NOT NULL DEFAULT 0,
    last_job_id TEXT,
    updated_at INTEGER
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),
    CONSTRAINT soniq_recurring_jobs_schedule_type_check
        CHECK (schedule_type IN ('interval', 'cron')),
    CONSTRAINT soniq_recurring_jobs_status_check CHECK (status IN ('active', 'paused'))
);

CREATE INDEX IF NOT EXISTS idx_soniq_recurring_jobs_status ON soniq_recurring_jobs (status);
CREATE INDEX IF NOT EXISTS idx_soniq_recurring_jobs_next_run ON soniq_recurring_jobs (next_run);
