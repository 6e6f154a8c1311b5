-- SQLite has no functions to store.
SELECT 1;
