-- watch_alive: nothing to do.   Rows: none wanted.
SELECT 0 AS is_set;
