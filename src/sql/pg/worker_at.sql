-- worker_at: the worker row of a process, locked.
-- $1 host name, $2 process id.   Rows: an id, or none.
SELECT id
  FROM soniq_workers
 WHERE hostname = $1::text AND pid = $2::bigint
   FOR UPDATE;
