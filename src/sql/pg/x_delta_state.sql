-- x_delta_state: how far the keeping of history has come, inside the transaction that goes on.
-- Rows: struct keep_state, one.
--
-- That transaction does not wait for the disk: what a crash takes back is folded again.
SELECT now() AS now, folded_at, derived_10, derived_60, sampled_at, pruned_at, recounted_at,
       recount_due,
       EXISTS (SELECT 1 FROM soniq_x_rollup WHERE name_id = 0 AND span = 0) AS has_sums,
       pg_relation_size('soniq_x_delta') / current_setting('block_size')::bigint AS pages,
       set_config('synchronous_commit', 'off', true) IS NULL AS is_durable
  FROM soniq_x_state
 LIMIT 1;
