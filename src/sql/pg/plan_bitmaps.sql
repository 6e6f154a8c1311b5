-- plan_bitmaps: let the planner use bitmaps until the transaction ends.   Rows: none wanted.
-- The session forbids them (db/pg/pg_session.c), and a gin index gives nothing else.
SELECT set_config('enable_bitmapscan', 'on', true) AS is_on;
