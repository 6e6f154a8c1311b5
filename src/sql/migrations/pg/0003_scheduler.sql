-- Jobs that come again by a clock.  A name may be there twice: nothing forbids it.

CREATE TABLE IF NOT EXISTS soniq_recurring_jobs (
    id uuid PRIMARY KEY,
    job_name text NOT NULL,
    schedule_type text NOT NULL,
    schedule_value text NOT NULL,
    priority integer NOT NULL DEFAULT 100,
    queue text NOT NULL DEFAULT 'default',
    max_attempts integer NOT NULL DEFAULT 3,
    job_kwargs jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'active',
    created_at timestamptz DEFAULT now(),
    last_run timestamptz,
    next_run timestamptz,
    run_count integer NOT NULL DEFAULT 0,
    last_job_id uuid,
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT soniq_recurring_jobs_schedule_type_check
        CHECK (schedule_type IN ('interval', 'cron')),
    CONSTRAINT soniq_recurring_jobs_status_check CHECK (status IN ('active', 'paused'))
);

CREATE INDEX IF NOT EXISTS idx_soniq_recurring_jobs_status ON soniq_recurring_jobs (status);
CREATE INDEX IF NOT EXISTS idx_soniq_recurring_jobs_next_run ON soniq_recurring_jobs (next_run);
