-- x_drop_error: the index soniq_x_jobs_error goes, whole or half made.
-- PostgreSQL only.
SELECT 1 AS idle WHERE 0;
