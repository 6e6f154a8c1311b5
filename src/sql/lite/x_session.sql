-- x_session: the server notices within seconds when this program was killed in a long statement.
-- PostgreSQL only.
SELECT 1 AS settings WHERE 0;
