-- x_prune_rollup: delete what is known of spans that are long over.
-- $1 span, $2 before, $3 rows at most.
DELETE FROM soniq_x_rollup
 WHERE ctid = ANY (ARRAY(
       SELECT r.place
         FROM (SELECT 0 AS id UNION ALL SELECT id FROM soniq_x_names) AS n
        CROSS JOIN LATERAL (SELECT o.ctid
                              FROM soniq_x_rollup AS o
                             WHERE o.name_id = n.id AND o.span = $1::smallint
                               AND o.at < $2::timestamptz
                             ORDER BY o.at
                             LIMIT $3::bigint) AS r (place)
        LIMIT $3::bigint));
