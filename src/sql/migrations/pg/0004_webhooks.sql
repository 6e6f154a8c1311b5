-- Where the Python project tells others of events, and what it tried to tell.

CREATE TABLE IF NOT EXISTS soniq_webhook_endpoints (
    id text PRIMARY KEY,
    url text NOT NULL,
    secret text,
    events jsonb,
    active boolean DEFAULT true,
    max_retries integer DEFAULT 3,
    timeout_seconds integer DEFAULT 30,
    headers jsonb,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);

CREATE TABLE IF NOT EXISTS soniq_webhook_deliveries (
    id text PRIMARY KEY,
    endpoint_id text NOT NULL
        CONSTRAINT soniq_webhook_deliveries_endpoint_id_fkey
        REFERENCES soniq_webhook_endpoints (id) ON DELETE CASCADE,
    event text NOT NULL,
    payload jsonb NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    attempts integer DEFAULT 0,
    max_attempts integer DEFAULT 3,
    next_retry_at timestamptz,
    last_error text,
    response_status integer,
    response_body text,
    created_at timestamptz DEFAULT now(),
    delivered_at timestamptz
);

CREATE INDEX IF NOT EXISTS idx_soniq_webhook_deliveries_status
    ON soniq_webhook_deliveries (status);
CREATE INDEX IF NOT EXISTS idx_soniq_webhook_deliveries_next_retry
    ON soniq_webhook_deliveries (next_retry_at);
CREATE INDEX IF NOT EXISTS idx_soniq_webhook_deliveries_endpoint
    ON soniq_webhook_deliveries (endpoint_id);
