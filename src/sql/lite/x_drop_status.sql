-- x_drop_status: the index soniq_x_jobs_status goes, whole or half made.
DROP INDEX IF EXISTS soniq_x_jobs_status;
