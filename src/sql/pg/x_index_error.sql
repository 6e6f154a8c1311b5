-- x_index_error: jobs by any part of their last error.
CREATE INDEX CONCURRENTLY IF NOT EXISTS soniq_x_jobs_error
    ON soniq_jobs USING gin (last_error gin_trgm_ops)
 WHERE last_error IS NOT NULL;
