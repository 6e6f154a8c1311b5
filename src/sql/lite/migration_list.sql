-- migration_list: what is recorded as applied.
-- Rows: struct migration.
SELECT substr(version, 1, 255) AS version,
       substr(name, 1, 255) AS name,
       CASE WHEN typeof(applied_at) = 'integer' THEN applied_at
            ELSE -9223372036854775807 END AS applied_at
  FROM soniq_migrations
 ORDER BY version
 LIMIT 1000;
