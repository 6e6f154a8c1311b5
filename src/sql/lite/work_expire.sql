-- work_expire: delete done rows whose time is over.
-- $1 at most.
DELETE FROM soniq_jobs
 WHERE id IN (SELECT id
                FROM soniq_jobs
               WHERE status = 'done' AND expires_at < now()
               ORDER BY expires_at
               LIMIT $1);
