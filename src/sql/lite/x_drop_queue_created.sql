-- x_drop_queue_created: the index soniq_x_jobs_queue_created goes, whole or half made.
DROP INDEX IF EXISTS soniq_x_jobs_queue_created;
