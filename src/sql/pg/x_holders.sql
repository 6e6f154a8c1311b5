-- x_holders: who is in the way, the longest first.  $1 what is wanted: "write" (tables that are
-- written), "any" (tables), "old" (all transactions), "lock" (the advisory lock of key $2).
-- Rows: struct holder.
SELECT a.pid::bigint AS pid,
       left(a.application_name, 64) AS application,
       (date_part('epoch', clock_timestamp() - coalesce(a.xact_start, a.backend_start))
           * 1e6)::bigint AS age_us
  FROM pg_stat_activity AS a
 WHERE a.datname = current_database()
   AND a.pid <> pg_backend_pid()
   AND CASE $1
           WHEN 'old' THEN a.xact_start IS NOT NULL AND a.backend_type = 'client backend'
           WHEN 'lock' THEN EXISTS (
               SELECT 1
                 FROM pg_locks AS l
                WHERE l.pid = a.pid AND l.granted AND l.locktype = 'advisory'
                  AND l.objsubid = 1
                  AND (l.classid::bigint << 32 | l.objid::bigint) = $2::bigint)
           ELSE EXISTS (
               SELECT 1
                 FROM pg_locks AS l
                WHERE l.pid = a.pid AND l.granted
                  AND l.relation IN (to_regclass('soniq_jobs'),
                                     to_regclass('soniq_dead_letter_jobs'))
                  AND ($1 = 'any' OR l.mode NOT IN ('AccessShareLock', 'RowShareLock')))
           END
 ORDER BY coalesce(a.xact_start, a.backend_start)
 LIMIT 3;
