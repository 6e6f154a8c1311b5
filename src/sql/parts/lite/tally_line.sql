-- tally_line: what some rows `r` of soniq_x_rollup tell together, by name and bucket of $it seconds
-- (0 makes one of all).
r.name_id AS name_id, CASE WHEN $it > 0 THEN r.at / ($it * 1000000) ELSE 0 END AS bucket,
sum(r.arrived) AS arrived, sum(r.started) AS started, sum(r.done) AS done,
sum(r.failed) AS failed, sum(r.dead) AS dead, sum(r.cancelled) AS cancelled,
sum(r.returned) AS returned, sum(r.wait_us) AS wait_us, sum(r.run_us) AS run_us,
sum(r.total_us) AS total_us, group_concat(nullif(r.waits, ''), ' ') AS waits,
group_concat(nullif(r.runs, ''), ' ') AS runs, max(r.queued_max) AS queued_max,
max(r.processing_max) AS processing_max, CAST(max(r.oldest_us) AS REAL) AS oldest_us,
max(r.workers_max) AS workers_max, max(r.last_end) AS last_end
