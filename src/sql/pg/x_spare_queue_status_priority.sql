-- x_spare_queue_status_priority: an index of the Python project that ours make needless goes.
DROP INDEX CONCURRENTLY IF EXISTS idx_soniq_jobs_queue_status_priority;
