-- x_delta_state: how far the keeping of history has come, inside the transaction that goes on.
-- Rows: struct keep_state, one.
SELECT now() AS now, folded_at, derived_10, derived_60, sampled_at, pruned_at, recounted_at,
       recount_due, 0 AS pages
  FROM soniq_x_state
 LIMIT 1;
