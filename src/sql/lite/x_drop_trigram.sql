-- x_drop_trigram: the extension goes, unless somebody else uses it by now.
-- PostgreSQL only.
SELECT 1 AS idle WHERE 0;
