-- x_parts: what is there of all that `soniq setup` makes and takes away besides Python's schema.
-- Rows: struct part.
SELECT p.kind,
       p.name,
       CASE p.kind
           WHEN 'function' THEN to_regproc(p.name) IS NOT NULL
           WHEN 'trigger' THEN t.tgname IS NOT NULL
           WHEN 'extension' THEN EXISTS (SELECT 1 FROM pg_extension WHERE extname = p.name)
           WHEN 'settings' THEN coalesce(o.has_ours, false)
           WHEN 'other settings' THEN coalesce(o.has_any AND NOT o.has_ours, false)
           ELSE to_regclass(p.name) IS NOT NULL
           END AS is_there,
       CASE p.kind
           WHEN 'trigger' THEN coalesce(t.tgenabled IN ('O', 'A'), false)
           WHEN 'index' THEN coalesce(i.indisvalid, false)
           ELSE true
           END AS is_valid,
       p.kind <> 'table'
           OR coalesce(has_table_privilege(to_regclass(p.name), 'SELECT'), true) AS may_read,
       now() AS now
  FROM (VALUES ('table', 'soniq_x_state'), ('table', 'soniq_x_delta'),
               ('table', 'soniq_x_names'), ('table', 'soniq_x_gauge'),
               ('table', 'soniq_x_rollup'), ('table', 'soniq_x_attempts'),
               ('function', 'soniq_x_lost'), ('function', 'soniq_x_usec'),
               ('function', 'soniq_x_tell'),
               ('function', 'soniq_x_jobs_appear'), ('function', 'soniq_x_jobs_change'),
               ('function', 'soniq_x_jobs_go'), ('function', 'soniq_x_dead_appear'),
               ('function', 'soniq_x_dead_change'), ('function', 'soniq_x_dead_go'),
               ('function', 'soniq_x_emptied'),
               ('trigger', 'soniq_jobs.soniq_x_appear'),
               ('trigger', 'soniq_jobs.soniq_x_change'),
               ('trigger', 'soniq_jobs.soniq_x_go'),
               ('trigger', 'soniq_jobs.soniq_x_emptied'),
               ('trigger', 'soniq_dead_letter_jobs.soniq_x_appear'),
               ('trigger', 'soniq_dead_letter_jobs.soniq_x_change'),
               ('trigger', 'soniq_dead_letter_jobs.soniq_x_go'),
               ('trigger', 'soniq_dead_letter_jobs.soniq_x_emptied'),
               ('index', 'soniq_x_jobs_created'), ('index', 'soniq_x_jobs_queue_created'),
               ('index', 'soniq_x_jobs_claim'), ('index', 'soniq_x_jobs_wait'),
               ('index', 'soniq_x_jobs_status'), ('index', 'soniq_x_jobs_error'),
               ('index', 'idx_soniq_jobs_status_priority'),
               ('index', 'idx_soniq_jobs_queue_status_priority'),
               ('extension', 'pg_trgm'), ('steps', 'soniq_x_steps'),
               ('settings', 'autovacuum'), ('other settings', 'autovacuum')) AS p (kind, name)
  LEFT JOIN pg_trigger AS t
    ON p.kind = 'trigger'
   AND t.tgrelid = to_regclass(split_part(p.name, '.', 1))
   AND t.tgname = split_part(p.name, '.', 2)
  LEFT JOIN pg_index AS i
    ON p.kind = 'index' AND i.indexrelid = to_regclass(p.name)
  LEFT JOIN (
      SELECT reloptions @> ARRAY['autovacuum_vacuum_scale_factor=0',
                                 'autovacuum_vacuum_threshold=20000',
                                 'autovacuum_vacuum_cost_delay=0'] AS has_ours,
             array_to_string(reloptions, ' ')
                 ~ 'autovacuum_vacuum_(scale_factor|threshold|cost_delay)=' AS has_any
        FROM pg_class
       WHERE oid = to_regclass('soniq_jobs')) AS o
    ON true
 ORDER BY p.kind, p.name
 LIMIT 200;
