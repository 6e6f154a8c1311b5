-- x_index_queue_created: the newest jobs of a queue, page by page.
CREATE INDEX CONCURRENTLY IF NOT EXISTS soniq_x_jobs_queue_created
    ON soniq_jobs (queue, created_at DESC, id DESC);
