-- x_drop_created: the index soniq_x_jobs_created goes, whole or half made.
DROP INDEX CONCURRENTLY IF EXISTS soniq_x_jobs_created;
