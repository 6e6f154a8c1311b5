-- x_spare_status_priority: an index of the Python project that ours make needless goes.
-- PostgreSQL only.
SELECT 1 AS idle WHERE 0;
