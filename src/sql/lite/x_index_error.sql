-- x_index_error: jobs by any part of their last error.
-- PostgreSQL only.
SELECT 1 AS idle WHERE 0;
