-- x_read_names: the queues or job names of the history, and how far it is folded.
-- $1 queue or type, $2 key, or NULL for all of the kind; $3 names at most.
-- Rows: struct name_row by id, one more than there are names: its id is NULL.
(SELECT id, name, key = '*' AS is_others, NULL::boolean AS is_folded
   FROM soniq_x_names
  WHERE kind = $1::text AND ($2::text IS NULL OR key = $2::text)
  ORDER BY id
  LIMIT $3::bigint)
UNION ALL
SELECT NULL, NULL, NULL, NOT EXISTS (SELECT 1 FROM soniq_x_delta);
