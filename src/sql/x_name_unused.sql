-- x_name_unused: names of which nothing is known but the sum of all times.
-- $1 at most.   Rows: struct name_row, i being the number of the others of their kind.
SELECT n.id, (SELECT o.id FROM soniq_x_names AS o WHERE o.kind = n.kind AND o.key = '*') AS i
  FROM soniq_x_names AS n
 WHERE n.key <> '*'
   AND n.id NOT IN (SELECT g.queue_id FROM soniq_x_gauge AS g)
   AND n.id NOT IN (SELECT g.type_id FROM soniq_x_gauge AS g)
   AND NOT EXISTS (SELECT 1 FROM soniq_x_rollup AS r WHERE r.name_id = n.id AND r.span > 0)
 ORDER BY n.id
 LIMIT $1;
