-- schema_columns: the columns of Soniq's tables, as the session's search_path finds them.
-- Rows: struct table_column.
SELECT t.table_name,
       a.attname::text AS column_name,
       a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS must_be_given
  FROM (VALUES ('soniq_jobs'), ('soniq_workers'), ('soniq_dead_letter_jobs'),
               ('soniq_recurring_jobs'), ('soniq_task_registry'),
               ('soniq_migrations')) AS t (table_name)
  JOIN pg_attribute AS a
    ON a.attrelid = to_regclass(t.table_name) AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY t.table_name, a.attnum
 LIMIT 5000;
