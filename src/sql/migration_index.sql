-- migration_index: the index that the Python project adds to its bookkeeping.
CREATE INDEX IF NOT EXISTS idx_soniq_migrations_version ON soniq_migrations (version);
