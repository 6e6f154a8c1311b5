-- x_delta_look: whether there is anything to fold, and how far the keeping of history has come.
-- $1 is of PostgreSQL only.   Rows: struct keep_state, one.
SELECT now() AS now, folded_at, derived_10, derived_60, sampled_at, pruned_at, recounted_at,
       recount_due,
       EXISTS (SELECT 1 FROM soniq_x_rollup WHERE name_id = 0 AND span = 0) AS has_sums,
       0 AS pages,
       coalesce($1, 0) IS NOT NULL AND EXISTS (SELECT 1 FROM soniq_x_delta) AS is_told
  FROM soniq_x_state
 LIMIT 1;
