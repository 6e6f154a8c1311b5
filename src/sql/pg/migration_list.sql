-- migration_list: what is recorded as applied.
-- Rows: struct migration.
SELECT left(version, 255) AS version,
       left(name, 255) AS name,
       coalesce(applied_at AT TIME ZONE 'UTC', '-infinity') AS applied_at
  FROM soniq_migrations
 ORDER BY version
 LIMIT 1000;
