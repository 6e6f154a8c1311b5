-- x_vacuum: the job table is vacuumed after so many changes, however large it is.
-- PostgreSQL only.
SELECT 1 AS idle WHERE 0;
