-- x_drop_claim: the index soniq_x_jobs_claim goes, whole or half made.
DROP INDEX CONCURRENTLY IF EXISTS soniq_x_jobs_claim;
