-- x_rollup_read: what is known so far of some names and spans.
-- $1 JSON [{name_id, span, at}], at in microseconds.   Rows: struct rollup.
SELECT r.name_id, r.span, r.at,
       r.arrived, r.started, r.done, r.failed, r.dead, r.cancelled, r.returned,
       r.wait_n, r.wait_us, r.run_n, r.run_us, r.total_us, r.waits, r.runs,
       r.queued_max, r.processing_max, r.oldest_us, r.workers_max,
       r.last_end
  FROM json_each($1) AS w
  JOIN soniq_x_rollup AS r
    ON r.name_id = json_extract(w.value, '$.name_id')
       AND r.span = json_extract(w.value, '$.span') AND r.at = json_extract(w.value, '$.at');
