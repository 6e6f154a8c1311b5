-- x_rollup_read: what is known so far of some names and spans.
-- $1 JSON [{name_id, span, at}], at in microseconds.   Rows: struct rollup.
SELECT r.name_id, @rollup_line()
  FROM jsonb_to_recordset($1::jsonb) AS w (name_id integer, span smallint, at bigint)
  JOIN soniq_x_rollup AS r
    ON r.name_id = w.name_id AND r.span = w.span
       AND r.at = timestamptz 'epoch' + w.at * interval '1 microsecond';
