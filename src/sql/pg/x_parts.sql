-- x_parts: our own tables, functions, triggers and indexes; which of them are there and in use.
-- Rows: struct part.
SELECT p.kind,
       p.name,
       CASE p.kind
           WHEN 'table' THEN to_regclass(p.name) IS NOT NULL
           WHEN 'function' THEN to_regproc(p.name) IS NOT NULL
           WHEN 'trigger' THEN EXISTS (
               SELECT 1
                 FROM pg_trigger AS t
                WHERE t.tgrelid = to_regclass(split_part(p.name, '.', 1))
                  AND t.tgname = split_part(p.name, '.', 2)
                  AND t.tgenabled IN ('O', 'A'))
           ELSE EXISTS (
               SELECT 1
                 FROM pg_index AS i
                 JOIN pg_class AS c ON c.oid = i.indexrelid
                WHERE i.indrelid = to_regclass('soniq_jobs')
                  AND c.relname = p.name
                  AND i.indisvalid)
           END AS is_there,
       p.kind <> 'table'
           OR coalesce(has_table_privilege(to_regclass(p.name), 'SELECT'), true) AS may_read
  FROM (VALUES ('table', 'soniq_x_state'), ('table', 'soniq_x_delta'),
               ('table', 'soniq_x_names'), ('table', 'soniq_x_gauge'),
               ('table', 'soniq_x_rollup'), ('table', 'soniq_x_attempts'),
               ('function', 'soniq_x_lost'), ('function', 'soniq_x_usec'),
               ('function', 'soniq_x_jobs_appear'), ('function', 'soniq_x_jobs_change'),
               ('function', 'soniq_x_jobs_go'), ('function', 'soniq_x_dead_appear'),
               ('function', 'soniq_x_dead_go'), ('function', 'soniq_x_emptied'),
               ('trigger', 'soniq_jobs.soniq_x_appear'),
               ('trigger', 'soniq_jobs.soniq_x_change'),
               ('trigger', 'soniq_jobs.soniq_x_go'),
               ('trigger', 'soniq_jobs.soniq_x_emptied'),
               ('trigger', 'soniq_dead_letter_jobs.soniq_x_appear'),
               ('trigger', 'soniq_dead_letter_jobs.soniq_x_go'),
               ('trigger', 'soniq_dead_letter_jobs.soniq_x_emptied'),
               ('index', 'soniq_x_jobs_created'), ('index', 'soniq_x_jobs_queue_created'),
               ('index', 'soniq_x_jobs_claim'), ('index', 'soniq_x_jobs_wait'),
               ('index', 'soniq_x_jobs_error')) AS p (kind, name);
