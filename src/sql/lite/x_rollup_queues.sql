-- x_rollup_queues: what is known of each queue in a stretch of time.
-- $1 span, $2 from, $3 before, in microseconds.   Rows: struct rollup.
SELECT r.name_id, @rollup_line()
  FROM soniq_x_names AS n
  JOIN soniq_x_rollup AS r ON r.name_id = n.id
 WHERE n.kind = 'queue' AND r.span = $1 AND r.at >= $2 AND r.at < $3;
