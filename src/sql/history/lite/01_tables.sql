-- What history is kept in: see pg/01_tables.sql.  Moments are microseconds since 1970 UTC.

CREATE TABLE IF NOT EXISTS soniq_x_state (
    one INTEGER PRIMARY KEY DEFAULT 1 CHECK (one = 1),
    since INTEGER NOT NULL
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),
    folded_at INTEGER,
    derived_10 INTEGER,
    derived_60 INTEGER,
    sampled_at INTEGER,
    pruned_at INTEGER,
    recounted_at INTEGER,
    recount_due TEXT DEFAULT 'setup'
);
INSERT OR IGNORE INTO soniq_x_state (one) VALUES (1);

CREATE TABLE IF NOT EXISTS soniq_x_delta (
    at INTEGER NOT NULL
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),
    queue TEXT,
    job_name TEXT,
    was TEXT,
    becomes TEXT,
    outcome TEXT,
    n INTEGER NOT NULL DEFAULT 0,
    waits TEXT,
    runs TEXT,
    total_us REAL,
    is_moved INTEGER NOT NULL DEFAULT 0,
    old_queue TEXT,
    old_name TEXT
);

CREATE TABLE IF NOT EXISTS soniq_x_names (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('queue', 'type')),
    key TEXT NOT NULL,
    name TEXT,
    CONSTRAINT soniq_x_names_key UNIQUE (kind, key)
);
INSERT OR IGNORE INTO soniq_x_names (kind, key) VALUES ('queue', '*'), ('type', '*');

CREATE TABLE IF NOT EXISTS soniq_x_gauge (
    queue_id INTEGER NOT NULL,
    type_id INTEGER NOT NULL,
    status TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (queue_id, type_id, status)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS soniq_x_rollup (
    name_id INTEGER NOT NULL,
    span INTEGER NOT NULL CHECK (span IN (0, 1, 10, 60)),
    at INTEGER NOT NULL,
    arrived INTEGER NOT NULL DEFAULT 0,
    started INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    dead INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0,
    returned INTEGER NOT NULL DEFAULT 0,
    wait_n INTEGER NOT NULL DEFAULT 0,
    wait_us REAL NOT NULL DEFAULT 0,
    run_n INTEGER NOT NULL DEFAULT 0,
    run_us REAL NOT NULL DEFAULT 0,
    total_us REAL NOT NULL DEFAULT 0,
    waits TEXT NOT NULL DEFAULT '',
    runs TEXT NOT NULL DEFAULT '',
    queued_max INTEGER,
    processing_max INTEGER,
    oldest_us INTEGER,
    workers_max INTEGER,
    last_end INTEGER,
    PRIMARY KEY (name_id, span, at)
) WITHOUT ROWID;

-- The number 0 is all queues together. Where there are rollups already, the sums are made of them.
INSERT INTO soniq_x_rollup (name_id, span, at)
SELECT 0, 0, 0
 WHERE NOT EXISTS (SELECT 1 FROM soniq_x_rollup);

CREATE TABLE IF NOT EXISTS soniq_x_attempts (
    job_id TEXT NOT NULL,
    attempt INTEGER,
    worker_id TEXT,
    created_at INTEGER,
    started_at INTEGER,
    ended_at INTEGER NOT NULL,
    wait_us INTEGER,
    outcome TEXT NOT NULL,
    queue TEXT,
    job_name TEXT,
    error TEXT
);
CREATE INDEX IF NOT EXISTS soniq_x_attempts_job ON soniq_x_attempts (job_id);
CREATE INDEX IF NOT EXISTS soniq_x_attempts_ended ON soniq_x_attempts (ended_at);
