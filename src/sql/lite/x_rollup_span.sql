-- x_rollup_span: what is known of some names in a stretch of time.
-- $1 names behind this number (0 is all queues together), $2 so many, $3 span, $4 from,
-- $5 before, in microseconds.
-- Rows: struct rollup; of a name of which nothing is known one whose span is NULL.
SELECT n.id AS name_id, @rollup_line()
  FROM (SELECT id FROM (SELECT 0 AS id UNION ALL SELECT id FROM soniq_x_names) AS a
         WHERE id > $1 ORDER BY id LIMIT $2) AS n
  LEFT JOIN soniq_x_rollup AS r
    ON r.name_id = n.id AND r.span = $3 AND r.at >= $4 AND r.at < $5
 ORDER BY n.id;
