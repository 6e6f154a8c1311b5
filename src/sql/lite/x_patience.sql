-- x_patience: how long this session waits for a lock: $1 ("2s"); $2: in this transaction only.
SELECT 1 AS patience WHERE $1 IS NULL AND $2 IS NULL;
