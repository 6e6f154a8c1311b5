-- x_name_find: the numbers of names.
-- $1 JSON [{i, kind, key}].   Rows: struct name_row; a name without a number has no row.
SELECT json_extract(w.value, '$.i') AS i, n.id
  FROM json_each($1) AS w
  JOIN soniq_x_names AS n
    ON n.kind = json_extract(w.value, '$.kind') AND n.key = json_extract(w.value, '$.key');
