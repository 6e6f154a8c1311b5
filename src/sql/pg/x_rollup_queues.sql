-- x_rollup_queues: what is known of each queue in a stretch of time.
-- $1 span, $2 from, $3 before, in microseconds.   Rows: struct rollup.
SELECT r.name_id, r.span, (date_part('epoch', r.at) * 1e6)::bigint AS at,
       r.arrived, r.started, r.done, r.failed, r.dead, r.cancelled, r.returned,
       r.wait_n, r.wait_us, r.run_n, r.run_us, r.total_us, r.waits, r.runs,
       r.queued_max, r.processing_max, r.oldest_us, r.workers_max,
       (date_part('epoch', r.last_end) * 1e6)::bigint AS last_end
  FROM soniq_x_names AS n
  JOIN soniq_x_rollup AS r ON r.name_id = n.id
 WHERE n.kind = 'queue' AND r.span = $1::smallint
   AND r.at >= timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
   AND r.at < timestamptz 'epoch' + $3::bigint * interval '1 microsecond';
