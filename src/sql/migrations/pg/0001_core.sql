-- Jobs, workers, and the names that workers handle.  Every statement may find its work done.

CREATE TABLE IF NOT EXISTS soniq_jobs (
    id uuid PRIMARY KEY,
    job_name text NOT NULL,
    args jsonb NOT NULL,
    args_hash text,
    status text NOT NULL DEFAULT 'queued',
    attempts integer DEFAULT 0,
    max_attempts integer DEFAULT 3,
    queue text DEFAULT 'default',
    priority integer DEFAULT 100,
    unique_job boolean DEFAULT false,
    dedup_key text,
    scheduled_at timestamptz,
    expires_at timestamptz,
    last_error text,
    result jsonb,
    producer_id text,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT soniq_jobs_status_check
        CHECK (status IN ('queued', 'processing', 'done', 'cancelled'))
);

CREATE TABLE IF NOT EXISTS soniq_workers (
    id uuid PRIMARY KEY,
    hostname text NOT NULL,
    pid integer NOT NULL,
    queues text[] DEFAULT '{}',
    concurrency integer NOT NULL DEFAULT 1,
    status text NOT NULL DEFAULT 'active',
    last_heartbeat timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz NOT NULL DEFAULT now(),
    version text,
    metadata jsonb DEFAULT '{}',
    CONSTRAINT soniq_workers_status_check CHECK (status IN ('active', 'stopping', 'stopped'))
);

ALTER TABLE soniq_jobs ADD COLUMN IF NOT EXISTS worker_id uuid;

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1
                     FROM pg_constraint
                    WHERE conname = 'soniq_jobs_worker_id_fkey'
                      AND conrelid = 'soniq_jobs'::regclass) THEN
        ALTER TABLE soniq_jobs
            ADD CONSTRAINT soniq_jobs_worker_id_fkey
            FOREIGN KEY (worker_id) REFERENCES soniq_workers (id) ON DELETE SET NULL;
    END IF;
END
$$;

CREATE TABLE IF NOT EXISTS soniq_task_registry (
    task_name text NOT NULL,
    worker_id text NOT NULL,
    last_seen_at timestamptz NOT NULL,
    args_model_repr text,
    PRIMARY KEY (task_name, worker_id)
);

CREATE INDEX IF NOT EXISTS idx_soniq_jobs_status_priority
    ON soniq_jobs (status, priority) WHERE status = 'queued';
CREATE INDEX IF NOT EXISTS idx_soniq_jobs_queue_status ON soniq_jobs (queue, status);
CREATE INDEX IF NOT EXISTS idx_soniq_jobs_queue_status_priority
    ON soniq_jobs (queue, status, priority, scheduled_at) WHERE status = 'queued';
CREATE INDEX IF NOT EXISTS idx_soniq_jobs_scheduled_at
    ON soniq_jobs (scheduled_at) WHERE scheduled_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_soniq_jobs_expires_at
    ON soniq_jobs (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_soniq_jobs_args_hash
    ON soniq_jobs (args_hash) WHERE unique_job = true;
CREATE INDEX IF NOT EXISTS idx_soniq_jobs_worker_id
    ON soniq_jobs (worker_id) WHERE worker_id IS NOT NULL;

-- These two carry the promise that equal jobs are queued once; both sides name their columns
-- and predicates when they insert.
CREATE UNIQUE INDEX IF NOT EXISTS idx_soniq_jobs_unique_queued
    ON soniq_jobs (job_name, args_hash) WHERE status = 'queued' AND unique_job = true;
CREATE UNIQUE INDEX IF NOT EXISTS idx_soniq_jobs_dedup_key
    ON soniq_jobs (dedup_key) WHERE status = 'queued' AND dedup_key IS NOT NULL;

CREATE INDEX IF NOT EXISTS idx_soniq_workers_last_heartbeat ON soniq_workers (last_heartbeat);
CREATE INDEX IF NOT EXISTS idx_soniq_workers_status ON soniq_workers (status);
CREATE UNIQUE INDEX IF NOT EXISTS idx_soniq_workers_host_pid ON soniq_workers (hostname, pid);

CREATE INDEX IF NOT EXISTS idx_soniq_task_registry_task_name ON soniq_task_registry (task_name);
