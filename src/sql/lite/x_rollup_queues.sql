-- x_rollup_queues: what is known of each queue in a stretch of time.
-- $1 span, $2 from, $3 before, in microseconds.   Rows: struct rollup.
SELECT r.name_id, r.span, r.at,
       r.arrived, r.started, r.done, r.failed, r.dead, r.cancelled, r.returned,
       r.wait_n, r.wait_us, r.run_n, r.run_us, r.total_us, r.waits, r.runs,
       r.queued_max, r.processing_max, r.oldest_us, r.workers_max,
       r.last_end
  FROM soniq_x_names AS n
  JOIN soniq_x_rollup AS r ON r.name_id = n.id
 WHERE n.kind = 'queue' AND r.span = $1 AND r.at >= $2 AND r.at < $3;
