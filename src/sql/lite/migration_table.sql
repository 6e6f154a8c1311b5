-- migration_table: the bookkeeping of migrations.
CREATE TABLE IF NOT EXISTS soniq_migrations (
    id INTEGER PRIMARY KEY,
    version TEXT NOT NULL CONSTRAINT soniq_migrations_version_key UNIQUE,
    name TEXT NOT NULL,
    applied_at INTEGER
        DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),
    checksum TEXT
);
