-- A table for log lines; the Python project makes it and writes nothing into it.

CREATE TABLE IF NOT EXISTS soniq_logs (
    id serial PRIMARY KEY,
    timestamp timestamptz NOT NULL,
    level text NOT NULL,
    message text NOT NULL,
    logger_name text NOT NULL,
    module text,
    function text,
    line_number integer,
    request_id text,
    job_id text,
    job_name text,
    queue text,
    extra_data jsonb,
    exception_data jsonb,
    performance_data jsonb,
    created_at timestamptz DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_soniq_logs_timestamp ON soniq_logs (timestamp);
CREATE INDEX IF NOT EXISTS idx_soniq_logs_job_id ON soniq_logs (job_id);
CREATE INDEX IF NOT EXISTS idx_soniq_logs_level ON soniq_logs (level);
CREATE INDEX IF NOT EXISTS idx_soniq_logs_request_id ON soniq_logs (request_id);
