-- x_parts: what is there of all that `soniq setup` makes and takes away besides Python's schema.
-- Rows: struct part.
WITH p (kind, name) AS (
    VALUES ('table', 'soniq_x_state'), ('table', 'soniq_x_delta'), ('table', 'soniq_x_names'),
           ('table', 'soniq_x_gauge'), ('table', 'soniq_x_rollup'),
           ('table', 'soniq_x_attempts'), ('trigger', 'soniq_jobs.soniq_x_jobs_appear'),
           ('trigger', 'soniq_jobs.soniq_x_jobs_change'),
           ('trigger', 'soniq_jobs.soniq_x_jobs_dated'),
           ('trigger', 'soniq_jobs.soniq_x_jobs_go'),
           ('trigger', 'soniq_dead_letter_jobs.soniq_x_dead_appear'),
           ('trigger', 'soniq_dead_letter_jobs.soniq_x_dead_change'),
           ('trigger', 'soniq_dead_letter_jobs.soniq_x_dead_go'),
           ('index', 'soniq_x_jobs_created'), ('index', 'soniq_x_jobs_queue_created'),
           ('index', 'soniq_x_jobs_claim'), ('index', 'soniq_x_jobs_wait'),
           ('index', 'soniq_x_jobs_status'), ('index', 'soniq_x_jobs_error'), ('steps', 'soniq_x_steps')
)
SELECT p.kind,
       p.name,
       EXISTS (SELECT 1 FROM sqlite_schema AS s
                WHERE CASE p.kind
                          WHEN 'trigger' THEN s.type = 'trigger'
                                              AND s.tbl_name || '.' || s.name = p.name
                          WHEN 'index' THEN s.type = 'index' AND s.name = p.name
                          ELSE s.type = 'table' AND s.name = p.name
                          END) AS is_there,
       1 AS is_valid,
       1 AS may_read,
       now() AS now
  FROM p
 ORDER BY p.kind, p.name;
