-- x_gauge_patience: until the transaction ends a statement may take so long, on one core.
-- $1 milliseconds, as text.
SELECT set_config('statement_timeout', $1::text, true) AS timeout,
       set_config('max_parallel_workers_per_gather', '0', true) AS workers;
