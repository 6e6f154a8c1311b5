-- x_state: how far the keeping of history has come.   Rows: struct history, at most one.
SELECT since, folded_at, derived_10, derived_60, sampled_at, pruned_at, recounted_at, recount_due
  FROM soniq_x_state
 LIMIT 1;
