-- x_delta_look: whether there is anything to fold, and how far the keeping of history has come.
-- $1 pages of a table that is not looked through.   Rows: struct keep_state, one.
SELECT now() AS now, s.folded_at, s.derived_10, s.derived_60, s.sampled_at, s.pruned_at,
       s.recounted_at, s.recount_due,
       EXISTS (SELECT 1 FROM soniq_x_rollup WHERE name_id = 0 AND span = 0) AS has_sums,
       p.pages,
       CASE WHEN p.pages > $1::bigint THEN true
            ELSE EXISTS (SELECT 1 FROM soniq_x_delta) END AS is_told
  FROM soniq_x_state AS s
 CROSS JOIN (SELECT pg_relation_size('soniq_x_delta')
                    / current_setting('block_size')::bigint AS pages) AS p
 LIMIT 1;
