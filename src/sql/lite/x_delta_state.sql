-- x_delta_state: how far the keeping of history has come, inside the transaction that goes on.
-- Rows: struct keep_state, one.
SELECT now() AS now, folded_at, derived_10, derived_60, sampled_at, pruned_at, recounted_at,
       recount_due, 0 AS pages,
       EXISTS (SELECT 1 FROM soniq_x_rollup WHERE name_id = 0 AND span = 0) AS has_sums
  FROM soniq_x_state
 LIMIT 1;
