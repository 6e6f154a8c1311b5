-- Jobs, workers, and the names that workers handle.
-- Moments are microseconds since 1970 UTC, ids lower-case text, JSON and lists are JSON text.
-- No CHECK with json_valid(): SQLite before 3.41 refuses it where the schema is not trusted.
-- Wide columns stand last: SQLite reads its way through what stands before a column.

CREATE TABLE IF NOT EXISTS soniq_workers (
    id TEXT PRIMARY KEY NOT NULL,
    hostname TEXT NOT NULL,
    pid INTEGER NOT NULL,
    queues TEXT DEFAULT '[]',
    concurrency INTEGER NOT NULL DEFAULT 1,
    status TEXT NOT NULL DEFAULT 'active',
    last_heartbeat INTEGER NOT NULL
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),
    started_at INTEGER NOT NULL
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),
    version TEXT,
    metadata TEXT DEFAULT '{}',
    CONSTRAINT soniq_workers_status_check CHECK (status IN ('active', 'stopping', 'stopped'))
);

CREATE TABLE IF NOT EXISTS soniq_jobs (
    id TEXT PRIMARY KEY NOT NULL,
    job_name TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'queued',
    attempts INTEGER DEFAULT 0,
    max_attempts INTEGER DEFAULT 3,
    queue TEXT DEFAULT 'default',
    priority INTEGER DEFAULT 100,
    unique_job INTEGER DEFAULT 0 CHECK (unique_job IN (0, 1)),
    scheduled_at INTEGER,
    expires_at INTEGER,
    created_at INTEGER
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),
    updated_at INTEGER
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),
    worker_id TEXT
        CONSTRAINT soniq_jobs_worker_id_fkey REFERENCES soniq_workers (id) ON DELETE SET NULL,
    args_hash TEXT,
    dedup_key TEXT,
    producer_id TEXT,
    last_error TEXT,
    args TEXT NOT NULL,
    result TEXT,
    CONSTRAINT soniq_jobs_status_check
        CHECK (status IN ('queued', 'processing', 'done', 'cancelled'))
);

CREATE TABLE IF NOT EXISTS soniq_task_registry (
    task_name TEXT NOT NULL,
    worker_id TEXT NOT NULL,
    last_seen_at INTEGER NOT NULL,
    args_model_repr TEXT,
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
    ON soniq_jobs (args_hash) WHERE unique_job = 1;
CREATE INDEX IF NOT EXISTS idx_soniq_jobs_worker_id
    ON soniq_jobs (worker_id) WHERE worker_id IS NOT NULL;

-- These two carry the promise that equal jobs are queued once.
CREATE UNIQUE INDEX IF NOT EXISTS idx_soniq_jobs_unique_queued
    ON soniq_jobs (job_name, args_hash) WHERE status = 'queued' AND unique_job = 1;
CREATE UNIQUE INDEX IF NOT EXISTS idx_soniq_jobs_dedup_key
    ON soniq_jobs (dedup_key) WHERE status = 'queued' AND dedup_key IS NOT NULL;

CREATE INDEX IF NOT EXISTS idx_soniq_workers_last_heartbeat ON soniq_workers (last_heartbeat);
CREATE INDEX IF NOT EXISTS idx_soniq_workers_status ON soniq_workers (status);
CREATE UNIQUE INDEX IF NOT EXISTS idx_soniq_workers_host_pid ON soniq_workers (hostname, pid);

CREATE INDEX IF NOT EXISTS idx_soniq_task_registry_task_name ON soniq_task_registry (task_name);
