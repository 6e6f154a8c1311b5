-- x_name_find: the numbers of names.
-- $1 JSON [{i, kind, key}].   Rows: struct name_row; a name without a number has no row.
SELECT w.i, n.id
  FROM jsonb_to_recordset($1::jsonb) AS w (i bigint, kind text, key text)
  JOIN soniq_x_names AS n ON n.kind = w.kind AND n.key = w.key;
