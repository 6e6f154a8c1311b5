-- x_read_sums: what happened in spans of one length to all names together, by bucket.
-- $1 queue or type, $2 key, or NULL for all of the kind; $3 minutes of a span; $4 $5 from and until;
-- $6 seconds of a bucket, 0: all is one.
-- Rows: struct tally_row.   Histograms come one behind the other: reading adds them up.
--
-- Depths of several queues at one moment are added, then the greatest of the bucket counts.
WITH moment AS (
    SELECT r.at AS at,
           sum(r.arrived) AS arrived, sum(r.started) AS started, sum(r.done) AS done,
           sum(r.failed) AS failed, sum(r.dead) AS dead, sum(r.cancelled) AS cancelled,
           sum(r.returned) AS returned, sum(r.wait_us) AS wait_us, sum(r.run_us) AS run_us,
           sum(r.total_us) AS total_us, group_concat(nullif(r.waits, ''), ' ') AS waits,
           group_concat(nullif(r.runs, ''), ' ') AS runs, sum(r.queued_max) AS queued_max,
           sum(r.processing_max) AS processing_max, max(r.oldest_us) AS oldest_us,
           max(r.workers_max) AS workers_max, max(r.last_end) AS last_end
      FROM soniq_x_names AS n
      JOIN soniq_x_rollup AS r ON r.name_id = n.id
     WHERE n.kind = $1 AND ($2 IS NULL OR n.key = $2)
       AND r.span = $3 AND r.at >= $4 AND r.at < $5
     GROUP BY 1
)
SELECT 0 AS name_id, CASE WHEN $6 > 0 THEN at / ($6 * 1000000) ELSE 0 END AS bucket,
       sum(arrived) AS arrived, sum(started) AS started, sum(done) AS done,
       sum(failed) AS failed, sum(dead) AS dead, sum(cancelled) AS cancelled,
       sum(returned) AS returned, sum(wait_us) AS wait_us, sum(run_us) AS run_us,
       sum(total_us) AS total_us, group_concat(waits, ' ') AS waits,
       group_concat(runs, ' ') AS runs, max(queued_max) AS queued_max,
       max(processing_max) AS processing_max, CAST(max(oldest_us) AS REAL) AS oldest_us,
       max(workers_max) AS workers_max, max(last_end) AS last_end
  FROM moment
 GROUP BY 2
 ORDER BY 2;
