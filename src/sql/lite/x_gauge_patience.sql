-- x_gauge_patience: until the transaction ends a statement may take so long.
-- $1 milliseconds, as text.
SELECT $1 AS timeout;
