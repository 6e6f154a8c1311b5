-- A table for log lines; the Python project makes it and writes nothing into it.

CREATE TABLE IF NOT EXISTS soniq_logs (
    id INTEGER PRIMARY KEY,
    timestamp INTEGER NOT NULL,
    level TEXT NOT NULL,
    message TEXT NOT NULL,
    logger_name TEXT NOT NULL,
    module TEXT,
    function TEXT,
    line_number INTEGER,
    request_id TEXT,
    job_id TEXT,
    job_name TEXT,
    queue TEXT,
    extra_data TEXT,
    exception_data TEXT,
    performance_data TEXT,
    created_at INTEGER
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000)
);

CREATE INDEX IF NOT EXISTS idx_soniq_logs_timestamp ON soniq_logs (timestamp);
CREATE INDEX IF NOT EXISTS idx_soniq_logs_job_id ON soniq_logs (job_id);
CREATE INDEX IF NOT EXISTS idx_soniq_logs_level ON soniq_logs (level);
CREATE INDEX IF NOT EXISTS idx_soniq_logs_request_id ON soniq_logs (request_id);
