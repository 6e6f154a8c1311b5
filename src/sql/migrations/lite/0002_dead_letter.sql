-- Jobs that have failed for good, under the ids they had.

CREATE TABLE IF NOT EXISTS soniq_dead_letter_jobs (
    id TEXT PRIMARY KEY NOT NULL,
    job_name TEXT NOT NULL,
    args TEXT NOT NULL,
    queue TEXT NOT NULL,
    priority INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    last_error TEXT,
    dead_letter_reason TEXT NOT NULL,
    original_created_at INTEGER NOT NULL,
    moved_to_dead_letter_at INTEGER NOT NULL,
    resurrection_count INTEGER DEFAULT 0,
    last_resurrection_at INTEGER,
    tags TEXT,
    created_at INTEGER
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000)
);

CREATE INDEX IF NOT EXISTS idx_soniq_dead_letter_jobs_job_name
    ON soniq_dead_letter_jobs (job_name);
CREATE INDEX IF NOT EXISTS idx_soniq_dead_letter_jobs_queue ON soniq_dead_letter_jobs (queue);
CREATE INDEX IF NOT EXISTS idx_soniq_dead_letter_jobs_reason
    ON soniq_dead_letter_jobs (dead_letter_reason);
CREATE INDEX IF NOT EXISTS idx_soniq_dead_letter_jobs_moved_at
    ON soniq_dead_letter_jobs (moved_to_dead_letter_at);
