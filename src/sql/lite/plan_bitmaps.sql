-- plan_bitmaps: nothing to do: there are none.   Rows: none wanted.
SELECT 'on' AS is_on;
