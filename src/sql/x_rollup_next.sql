-- x_rollup_next: the first moment from which something is known in a span.
-- $1 span, $2 not before.   Rows: one; NULL: none.
SELECT min((SELECT r.at
              FROM soniq_x_rollup AS r
             WHERE r.name_id = n.id AND r.span = $1 AND r.at >= $2
             ORDER BY r.at
             LIMIT 1)) AS at
  FROM soniq_x_names AS n;
