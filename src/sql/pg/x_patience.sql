-- x_patience: how long this session waits for a lock: $1 ("2s"); $2: in this transaction only.
SELECT set_config('lock_timeout', $1, $2::boolean) AS patience;
