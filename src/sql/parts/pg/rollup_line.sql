-- rollup_line: what a row `r` of soniq_x_rollup tells of a span, moments in microseconds.
r.span, (date_part('epoch', r.at) * 1e6)::bigint AS at,
r.arrived, r.started, r.done, r.failed, r.dead, r.cancelled, r.returned,
r.wait_n, r.wait_us, r.run_n, r.run_us, r.total_us, r.waits, r.runs,
r.queued_max, r.processing_max, r.oldest_us, r.workers_max,
(date_part('epoch', r.last_end) * 1e6)::bigint AS last_end
