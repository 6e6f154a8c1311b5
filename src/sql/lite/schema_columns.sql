-- schema_columns: the columns of Soniq's tables.
-- Rows: struct table_column.
WITH t (table_name) AS (
    VALUES ('soniq_jobs'), ('soniq_workers'), ('soniq_dead_letter_jobs'),
           ('soniq_recurring_jobs'), ('soniq_task_registry'), ('soniq_migrations')
)
SELECT t.table_name,
       c.name AS column_name,
       c."notnull" AND c.dflt_value IS NULL AS must_be_given
  FROM t
  JOIN pragma_table_info(t.table_name) AS c
 ORDER BY t.table_name, c.cid
 LIMIT 5000;
