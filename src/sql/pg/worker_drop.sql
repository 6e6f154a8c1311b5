-- worker_drop: take a worker's row away; jobs that name it then name none.
-- $1 its id.
DELETE FROM soniq_workers
 WHERE id = $1::uuid;
