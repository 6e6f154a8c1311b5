-- ping: does the database answer at all.
SELECT 1 AS ok;
