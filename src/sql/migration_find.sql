-- migration_find: is version $1 recorded.   Rows: struct migration, at most one.
SELECT version
  FROM soniq_migrations
 WHERE version = $1
 LIMIT 1;
