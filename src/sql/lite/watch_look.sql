-- watch_look: each commit into the file is seen by itself (db_watch).
-- $1 is not used.   Rows: struct look, one.
SELECT NULL AS place, $1 IS NULL AS is_there;
