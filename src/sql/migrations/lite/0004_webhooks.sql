-- Where the Python project tells others of events, and what it tried to tell.

CREATE TABLE IF NOT EXISTS soniq_webhook_endpoints (
    id TEXT PRIMARY KEY NOT NULL,
    url TEXT NOT NULL,
    secret TEXT,
    events TEXT,
    active INTEGER DEFAULT 1,
    max_retries INTEGER DEFAULT 3,
    timeout_seconds INTEGER DEFAULT 30,
    headers TEXT,
    created_at INTEGER
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),
    updated_at INTEGER
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000)
);

CREATE TABLE IF NOT EXISTS soniq_webhook_deliveries (
    id TEXT PRIMARY KEY NOT NULL,
    endpoint_id TEXT NOT NULL
        CONSTRAINT soniq_webhook_deliveries_endpoint_id_fkey
        REFERENCES soniq_webhook_endpoints (id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    payload TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending',
    attempts INTEGER DEFAULT 0,
    max_attempts INTEGER DEFAULT 3,
    next_retry_at INTEGER,
    last_error TEXT,
    response_status INTEGER,
    response_body TEXT,
    created_at INTEGER
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),
    delivered_at INTEGER
);

CREATE INDEX IF NOT EXISTS idx_soniq_webhook_deliveries_status
    ON soniq_webhook_deliveries (status);
CREATE INDEX IF NOT EXISTS idx_soniq_webhook_deliveries_next_retry
    ON soniq_webhook_deliveries (next_retry_at);
CREATE INDEX IF NOT EXISTS idx_soniq_webhook_deliveries_endpoint
    ON soniq_webhook_deliveries (endpoint_id);
