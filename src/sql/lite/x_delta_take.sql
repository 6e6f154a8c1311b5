-- x_delta_take: take what changed, to fold it.
-- $1, $2, $3 are of PostgreSQL only, $4 rows at most, $5 bytes of a text of times at most.
-- Rows: struct delta.
DELETE FROM soniq_x_delta
 WHERE rowid IN (SELECT rowid
                   FROM soniq_x_delta
                  WHERE coalesce($1, $2, $3, 0) IS NOT NULL
                  ORDER BY rowid
                  LIMIT $4)
RETURNING NULL AS place,
          CASE WHEN typeof(at) = 'integer' AND at > 86400000000 AND at < 32503680000000000
               THEN at END AS at,
          CAST(substr(queue, 1, 255) AS TEXT) AS queue,
          CAST(substr(job_name, 1, 255) AS TEXT) AS job_name,
          CAST(substr(was, 1, 255) AS TEXT) AS was,
          CAST(substr(becomes, 1, 255) AS TEXT) AS becomes,
          CAST(substr(outcome, 1, 255) AS TEXT) AS outcome, n,
          CASE WHEN length(waits) <= $5 THEN waits END AS waits,
          CASE WHEN length(runs) <= $5 THEN runs END AS runs,
          total_us, is_moved,
          CAST(substr(old_queue, 1, 255) AS TEXT) AS old_queue,
          CAST(substr(old_name, 1, 255) AS TEXT) AS old_name;
