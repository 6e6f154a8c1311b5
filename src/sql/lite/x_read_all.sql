-- x_read_all: what happened in spans of one length in all queues together, by bucket.
-- $1 minutes of a span; $2 $3 from and until; $4 seconds of a bucket, 0: all is one.
-- Rows: struct tally_row.   Histograms come one behind the other: reading adds them up.
SELECT r.name_id AS name_id, CASE WHEN $4 > 0 THEN r.at / ($4 * 1000000) ELSE 0 END AS bucket,
       sum(r.arrived) AS arrived, sum(r.started) AS started, sum(r.done) AS done,
       sum(r.failed) AS failed, sum(r.dead) AS dead, sum(r.cancelled) AS cancelled,
       sum(r.returned) AS returned, sum(r.wait_us) AS wait_us, sum(r.run_us) AS run_us,
       sum(r.total_us) AS total_us, group_concat(nullif(r.waits, ''), ' ') AS waits,
       group_concat(nullif(r.runs, ''), ' ') AS runs, max(r.queued_max) AS queued_max,
       max(r.processing_max) AS processing_max, CAST(max(r.oldest_us) AS REAL) AS oldest_us,
       max(r.workers_max) AS workers_max, max(r.last_end) AS last_end
  FROM soniq_x_rollup AS r
 WHERE r.name_id = 0
   AND r.span = $1 AND r.at >= $2 AND r.at < $3
 GROUP BY 1, 2
 ORDER BY 1, 2;
