-- watch_arm: nothing to do: the file itself tells.   Rows: struct armed, one.
SELECT 0 AS is_armed;
