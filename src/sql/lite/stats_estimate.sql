-- stats_estimate: how many rows there are by status, from the planner's statistics.
-- Rows: struct estimate_row; SQLite keeps no such statistics: none.
SELECT NULL AS status, 0 AS n
 WHERE 0;
