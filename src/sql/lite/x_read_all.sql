-- x_read_all: what happened in spans of one length in all queues together, by bucket.
-- $1 minutes of a span; $2 $3 from and until; $4 seconds of a bucket, 0: all is one.
-- Rows: struct tally_row.   Histograms come one behind the other: reading adds them up.
SELECT @tally_line($4)
  FROM soniq_x_rollup AS r
 WHERE r.name_id = 0
   AND r.span = $1 AND r.at >= $2 AND r.at < $3
 GROUP BY 1, 2
 ORDER BY 1, 2;
