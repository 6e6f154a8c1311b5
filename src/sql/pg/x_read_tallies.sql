-- x_read_tallies: what happened in spans of one length, by name and bucket.
-- $1 queue or type, $2 key, or NULL for all of the kind; $3 minutes of a span; $4 $5 from and until;
-- $6 seconds of a bucket, 0: all is one.
-- Rows: struct tally_row.   Histograms come one behind the other: reading adds them up.
SELECT @tally_line($6)
  FROM soniq_x_names AS n
  JOIN soniq_x_rollup AS r ON r.name_id = n.id
 WHERE n.kind = $1::text AND ($2::text IS NULL OR n.key = $2::text)
   AND r.span = $3::bigint AND r.at >= $4::timestamptz AND r.at < $5::timestamptz
 GROUP BY 1, 2
 ORDER BY 1, 2;
