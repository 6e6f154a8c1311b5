-- SQLite has no functions to store: what they do on PostgreSQL stands in the triggers.
SELECT 1;
