-- x_trigram: what the index of errors is made of.
-- PostgreSQL only.
SELECT 1 AS idle WHERE 0;
