-- migration_put: record version $1, named $2, as applied now.
INSERT INTO soniq_migrations (version, name, applied_at)
VALUES ($1, $2, now());
