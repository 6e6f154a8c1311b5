-- x_drop_vacuum: the job table is vacuumed as the server has it.
-- PostgreSQL only.
SELECT 1 AS idle WHERE 0;
