-- x_read_tallies: what happened in spans of one length, by name and bucket.
-- $1 queue or type, $2 key, or NULL for all of the kind; $3 minutes of a span; $4 $5 from and until;
-- $6 seconds of a bucket, 0: all is one.
-- Rows: struct tally_row.   Histograms come one behind the other: reading adds them up.
SELECT r.name_id,
       CASE WHEN $6::bigint > 0
            THEN floor(date_part('epoch', r.at) / nullif($6::bigint, 0))::bigint ELSE 0 END
           AS bucket,
       sum(r.arrived)::bigint AS arrived, sum(r.started)::bigint AS started,
       sum(r.done)::bigint AS done, sum(r.failed)::bigint AS failed,
       sum(r.dead)::bigint AS dead, sum(r.cancelled)::bigint AS cancelled,
       sum(r.returned)::bigint AS returned, sum(r.wait_us) AS wait_us, sum(r.run_us) AS run_us,
       sum(r.total_us) AS total_us, string_agg(nullif(r.waits, ''), ' ') AS waits,
       string_agg(nullif(r.runs, ''), ' ') AS runs, max(r.queued_max) AS queued_max,
       max(r.processing_max) AS processing_max, max(r.oldest_us)::float8 AS oldest_us,
       max(r.workers_max) AS workers_max, max(r.last_end) AS last_end
  FROM soniq_x_names AS n
  JOIN soniq_x_rollup AS r ON r.name_id = n.id
 WHERE n.kind = $1::text AND ($2::text IS NULL OR n.key = $2::text)
   AND r.span = $3::bigint AND r.at >= $4::timestamptz AND r.at < $5::timestamptz
 GROUP BY 1, 2
 ORDER BY 1, 2;
