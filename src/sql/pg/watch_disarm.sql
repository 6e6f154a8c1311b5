-- watch_disarm: we look ourselves again.   Rows: none wanted.
SELECT pg_advisory_unlock(-7208344270512897988) AS was_armed;
