-- x_rollup_read: what is known so far of some names and spans.
-- $1 JSON [{name_id, span, at}], at in microseconds.   Rows: struct rollup.
SELECT r.name_id, @rollup_line()
  FROM json_each($1) AS w
  JOIN soniq_x_rollup AS r
    ON r.name_id = json_extract(w.value, '$.name_id')
       AND r.span = json_extract(w.value, '$.span') AND r.at = json_extract(w.value, '$.at');
