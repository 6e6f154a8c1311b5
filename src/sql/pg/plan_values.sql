-- plan_values: plan statements for the values they have until the transaction ends.
-- Rows: none wanted.
-- The session plans once, for any (db/pg/pg_session.c).
SELECT set_config('plan_cache_mode', 'force_custom_plan', true) AS is_on;
