-- x_gauge_patience: until the transaction ends a statement may take so long.
-- $1 milliseconds, as text.
SELECT set_config('statement_timeout', $1::text, true) AS timeout;
