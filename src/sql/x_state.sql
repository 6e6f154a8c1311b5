-- x_state: how far the keeping of history has come.   Rows: struct history, at most one.
SELECT since, folded_at, derived_10, derived_60, sampled_at, pruned_at, recounted_at, recount_due,
       EXISTS (SELECT 1 FROM soniq_x_rollup WHERE name_id = 0 AND span = 0) AS has_sums,
       (SELECT max(at) FROM soniq_x_rollup WHERE name_id = -1 AND span = 0) AS hole_at
  FROM soniq_x_state
 LIMIT 1;
