-- x_prune_rollup: delete what is known of spans that are long over.
-- $1 span, $2 before, $3 rows at most.
DELETE FROM soniq_x_rollup
 WHERE (name_id, span, at) IN (SELECT r.name_id, r.span, r.at
                                 FROM (SELECT 0 AS id UNION ALL
                                       SELECT id FROM soniq_x_names) AS n
                                CROSS JOIN soniq_x_rollup AS r
                                WHERE r.name_id = n.id AND r.span = $1 AND r.at < $2
                                LIMIT $3);
