-- x_spare_status_priority: an index of the Python project that ours make needless goes.
DROP INDEX CONCURRENTLY IF EXISTS idx_soniq_jobs_status_priority;
