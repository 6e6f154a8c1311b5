-- system_tables: the tables of the Python project; what they take up is not told.
-- $1 rows that are counted at the most: of more, how far apart the first and the last are.
-- Rows: struct system_table.
WITH known (name, counted, apart) AS (
    VALUES ('soniq_jobs', (SELECT count(*) FROM (SELECT 1 FROM soniq_jobs LIMIT $1)),
            (SELECT max(rowid) - min(rowid) + 1 FROM soniq_jobs)),
           ('soniq_dead_letter_jobs', (SELECT count(*) FROM (SELECT 1 FROM soniq_dead_letter_jobs LIMIT $1)),
            (SELECT max(rowid) - min(rowid) + 1 FROM soniq_dead_letter_jobs)),
           ('soniq_workers', (SELECT count(*) FROM (SELECT 1 FROM soniq_workers LIMIT $1)),
            (SELECT max(rowid) - min(rowid) + 1 FROM soniq_workers)),
           ('soniq_recurring_jobs', (SELECT count(*) FROM (SELECT 1 FROM soniq_recurring_jobs LIMIT $1)),
            (SELECT max(rowid) - min(rowid) + 1 FROM soniq_recurring_jobs)),
           ('soniq_task_registry', (SELECT count(*) FROM (SELECT 1 FROM soniq_task_registry LIMIT $1)),
            (SELECT max(rowid) - min(rowid) + 1 FROM soniq_task_registry)),
           ('soniq_migrations', (SELECT count(*) FROM (SELECT 1 FROM soniq_migrations LIMIT $1)),
            (SELECT max(rowid) - min(rowid) + 1 FROM soniq_migrations))
)
SELECT name, CASE WHEN counted < $1 THEN counted ELSE apart END AS rows, NULL AS dead_rows,
       NULL AS table_bytes, NULL AS index_bytes, NULL AS last_vacuum
  FROM known
UNION ALL
SELECT name, NULL, NULL, NULL, NULL, NULL
  FROM sqlite_schema
 WHERE type = 'table'
   AND name IN ('soniq_webhook_endpoints', 'soniq_webhook_deliveries', 'soniq_logs')
 LIMIT 50;
