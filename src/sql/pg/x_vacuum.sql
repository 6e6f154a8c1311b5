-- x_vacuum: the job table is vacuumed after so many changes, however large it is.
ALTER TABLE soniq_jobs SET (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_cost_delay = 0
);
