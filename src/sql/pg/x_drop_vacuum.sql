-- x_drop_vacuum: the job table is vacuumed as the server has it.
ALTER TABLE soniq_jobs RESET (
    autovacuum_vacuum_scale_factor,
    autovacuum_vacuum_threshold,
    autovacuum_vacuum_cost_delay
);
