-- tally_line: what some rows `r` of soniq_x_rollup tell together, by name and bucket of $it seconds
-- (0 makes one of all).
r.name_id,
CASE WHEN $it::bigint > 0
     THEN floor(date_part('epoch', r.at) / nullif($it::bigint, 0))::bigint ELSE 0 END
    AS bucket,
sum(r.arrived)::bigint AS arrived, sum(r.started)::bigint AS started,
sum(r.done)::bigint AS done, sum(r.failed)::bigint AS failed,
sum(r.dead)::bigint AS dead, sum(r.cancelled)::bigint AS cancelled,
sum(r.returned)::bigint AS returned, sum(r.wait_us) AS wait_us, sum(r.run_us) AS run_us,
sum(r.total_us) AS total_us, string_agg(nullif(r.waits, ''), ' ') AS waits,
string_agg(nullif(r.runs, ''), ' ') AS runs, max(r.queued_max) AS queued_max,
max(r.processing_max) AS processing_max, max(r.oldest_us)::float8 AS oldest_us,
max(r.workers_max) AS workers_max, max(r.last_end) AS last_end
