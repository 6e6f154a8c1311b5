-- plan_values: nothing to do: SQLite plans once, and well enough.   Rows: none wanted.
SELECT 'on' AS is_on;
