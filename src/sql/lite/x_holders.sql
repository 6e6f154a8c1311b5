-- x_holders: who is in the way, the longest first.  $1 what is wanted: "write" (tables that are
-- written), "any" (tables), "old" (all transactions), "lock" (the advisory lock of key $2).
-- SQLite does not know.   Rows: struct holder.
SELECT 0 AS pid, '' AS application, 0 AS age_us
 WHERE $1 IS NULL AND $2 IS NULL;
