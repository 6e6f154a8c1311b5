-- watch_disarm: nothing to do.   Rows: none wanted.
SELECT 0 AS was_armed;
