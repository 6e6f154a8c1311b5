-- x_restore_status_priority: the index comes back as the Python project made it.
-- PostgreSQL only.
SELECT 1 AS idle WHERE 0;
