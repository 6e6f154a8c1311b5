-- x_rollup_read: what is known so far of some names and spans.
-- $1 JSON [{name_id, span, at}], at in microseconds.   Rows: struct rollup.
SELECT r.name_id, r.span, (date_part('epoch', r.at) * 1e6)::bigint AS at,
       r.arrived, r.started, r.done, r.failed, r.dead, r.cancelled, r.returned,
       r.wait_n, r.wait_us, r.run_n, r.run_us, r.total_us, r.waits, r.runs,
       r.queued_max, r.processing_max, r.oldest_us, r.workers_max,
       (date_part('epoch', r.last_end) * 1e6)::bigint AS last_end
  FROM jsonb_to_recordset($1::jsonb) AS w (name_id integer, span smallint, at bigint)
  JOIN soniq_x_rollup AS r
    ON r.name_id = w.name_id AND r.span = w.span
       AND r.at = timestamptz 'epoch' + w.at * interval '1 microsecond';
