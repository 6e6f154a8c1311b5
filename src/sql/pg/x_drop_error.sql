-- x_drop_error: the index soniq_x_jobs_error goes, whole or half made.
DROP INDEX CONCURRENTLY IF EXISTS soniq_x_jobs_error;
