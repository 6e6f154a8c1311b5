-- x_read_all: what happened in spans of one length in all queues together, by bucket.
-- $1 minutes of a span; $2 $3 from and until; $4 seconds of a bucket, 0: all is one.
-- Rows: struct tally_row.   Histograms come one behind the other: reading adds them up.
SELECT r.name_id,
       CASE WHEN $4::bigint > 0
            THEN floor(date_part('epoch', r.at) / nullif($4::bigint, 0))::bigint ELSE 0 END
           AS bucket,
       sum(r.arrived)::bigint AS arrived, sum(r.started)::bigint AS started,
       sum(r.done)::bigint AS done, sum(r.failed)::bigint AS failed,
       sum(r.dead)::bigint AS dead, sum(r.cancelled)::bigint AS cancelled,
       sum(r.returned)::bigint AS returned, sum(r.wait_us) AS wait_us, sum(r.run_us) AS run_us,
       sum(r.total_us) AS total_us, string_agg(nullif(r.waits, ''), ' ') AS waits,
       string_agg(nullif(r.runs, ''), ' ') AS runs, max(r.queued_max) AS queued_max,
       max(r.processing_max) AS processing_max, max(r.oldest_us)::float8 AS oldest_us,
       max(r.workers_max) AS workers_max, max(r.last_end) AS last_end
  FROM soniq_x_rollup AS r
 WHERE r.name_id = 0
   AND r.span = $1::bigint AND r.at >= $2::timestamptz AND r.at < $3::timestamptz
 GROUP BY 1, 2
 ORDER BY 1, 2;
