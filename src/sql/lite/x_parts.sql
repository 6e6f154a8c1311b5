-- x_parts: our own tables, triggers and indexes; which of them are there.
-- Rows: struct part.
WITH p (kind, name) AS (
    VALUES ('table', 'soniq_x_state'), ('table', 'soniq_x_delta'), ('table', 'soniq_x_names'),
           ('table', 'soniq_x_gauge'), ('table', 'soniq_x_rollup'),
           ('table', 'soniq_x_attempts'), ('trigger', 'soniq_x_jobs_appear'),
           ('trigger', 'soniq_x_jobs_change'), ('trigger', 'soniq_x_jobs_go'),
           ('trigger', 'soniq_x_dead_appear'), ('trigger', 'soniq_x_dead_go'),
           ('index', 'soniq_x_jobs_created'), ('index', 'soniq_x_jobs_queue_created'),
           ('index', 'soniq_x_jobs_claim'), ('index', 'soniq_x_jobs_wait'),
           ('index', 'soniq_x_jobs_error')
)
SELECT p.kind,
       p.name,
       EXISTS (SELECT 1 FROM sqlite_schema AS s
                WHERE s.type = p.kind AND s.name = p.name) AS is_there,
       1 AS may_read
  FROM p;
