-- x_index_created: the newest jobs, page by page.
CREATE INDEX IF NOT EXISTS soniq_x_jobs_created
    ON soniq_jobs (created_at DESC, id DESC);
