-- Jobs that have failed for good, under the ids they had.

CREATE TABLE IF NOT EXISTS soniq_dead_letter_jobs (
    id uuid PRIMARY KEY,
    job_name text NOT NULL,
    args jsonb NOT NULL,
    queue text NOT NULL,
    priority integer NOT NULL,
    max_attempts integer NOT NULL,
    attempts integer NOT NULL,
    last_error text,
    dead_letter_reason text NOT NULL,
    original_created_at timestamptz NOT NULL,
    moved_to_dead_letter_at timestamptz NOT NULL,
    resurrection_count integer DEFAULT 0,
    last_resurrection_at timestamptz,
    tags jsonb,
    created_at timestamptz DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_soniq_dead_letter_jobs_job_name
    ON soniq_dead_letter_jobs (job_name);
CREATE INDEX IF NOT EXISTS idx_soniq_dead_letter_jobs_queue ON soniq_dead_letter_jobs (queue);
CREATE INDEX IF NOT EXISTS idx_soniq_dead_letter_jobs_reason
    ON soniq_dead_letter_jobs (dead_letter_reason);
CREATE INDEX IF NOT EXISTS idx_soniq_dead_letter_jobs_moved_at
    ON soniq_dead_letter_jobs (moved_to_dead_letter_at);
