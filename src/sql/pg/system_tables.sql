-- system_tables: the tables of the Python project and ours.
-- $1 rows that are counted at the most where there is no estimate (not here).
-- Rows: struct system_table.
--
-- A size is asked under a lock: of a table that somebody rewrites at this moment it is NULL, for
-- else we would wait.
WITH busy AS MATERIALIZED (
    SELECT DISTINCT relation
      FROM pg_locks
     WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
), named AS (
    SELECT n.name, to_regclass(n.name) AS oid
      FROM (VALUES ('soniq_jobs'), ('soniq_dead_letter_jobs'), ('soniq_workers'),
                   ('soniq_recurring_jobs'), ('soniq_task_registry'), ('soniq_migrations'),
                   ('soniq_webhook_endpoints'), ('soniq_webhook_deliveries'), ('soniq_logs'),
                   ('soniq_x_attempts'), ('soniq_x_rollup'), ('soniq_x_gauge'),
                   ('soniq_x_names'), ('soniq_x_delta'), ('soniq_x_state'),
                   ('soniq_x_steps')) AS n (name)
     WHERE $1::bigint IS NOT NULL
)
SELECT n.name,
       CASE WHEN c.reltuples > 0 THEN c.reltuples::bigint
            WHEN c.relpages = 0 THEN s.n_live_tup END AS rows,
       s.n_dead_tup AS dead_rows,
       CASE WHEN b.relation IS NULL THEN pg_table_size(n.oid) END AS table_bytes,
       CASE WHEN b.relation IS NULL THEN pg_indexes_size(n.oid) END AS index_bytes,
       greatest(s.last_vacuum, s.last_autovacuum) AS last_vacuum
  FROM named AS n
  JOIN pg_class AS c ON c.oid = n.oid
  LEFT JOIN busy AS b ON b.relation = c.oid
  LEFT JOIN pg_stat_all_tables AS s ON s.relid = c.oid
 ORDER BY n.name
 LIMIT 50;
