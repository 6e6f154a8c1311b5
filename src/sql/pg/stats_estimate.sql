-- stats_estimate: how many rows there are by status, from the planner's statistics.
-- Rows: struct estimate_row; status NULL: of the whole job table; dead_letter: of that table.
-- A table that was never analyzed tells nothing. What it grew by since then counts by its pages.
WITH size (name, n) AS (
    SELECT c.relname,
           (c.reltuples::float8 / nullif(c.relpages, 0)
            * (pg_relation_size(c.oid) / current_setting('block_size')::bigint))::bigint
      FROM pg_class AS c
     WHERE c.oid IN (to_regclass('soniq_jobs'), to_regclass('soniq_dead_letter_jobs'))
       AND c.reltuples >= 0
     LIMIT 2
)
SELECT CASE WHEN name <> 'soniq_jobs' THEN 'dead_letter' END AS status, n
  FROM size
 WHERE n IS NOT NULL
UNION ALL
(SELECT common.status, (common.part * size.n)::bigint
   FROM pg_stats AS s
   JOIN pg_namespace AS p ON p.nspname = s.schemaname
   JOIN pg_class AS c ON c.oid = to_regclass('soniq_jobs') AND c.relname = s.tablename
                     AND c.relnamespace = p.oid
  CROSS JOIN LATERAL unnest(s.most_common_vals::text::text[], s.most_common_freqs)
                  AS common (status, part)
   JOIN size ON size.name = 'soniq_jobs' AND size.n IS NOT NULL
  WHERE s.attname = 'status'
  LIMIT 100);
