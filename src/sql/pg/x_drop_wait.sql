-- x_drop_wait: the index soniq_x_jobs_wait goes, whole or half made.
DROP INDEX CONCURRENTLY IF EXISTS soniq_x_jobs_wait;
