-- dead_recent: what died lately, by name, most first.
-- $1 microseconds back, $2 dead letters looked at at most, $3 names at most, $4 characters of a
-- name.   Rows: a name each.
WITH newest AS (
    SELECT job_name, moved_to_dead_letter_at AS at
      FROM soniq_dead_letter_jobs
     WHERE moved_to_dead_letter_at >= now() - $1::bigint * interval '1 microsecond'
       AND moved_to_dead_letter_at < 'infinity'
     ORDER BY moved_to_dead_letter_at DESC
     LIMIT $2::bigint
)
SELECT left(job_name, $4::integer) AS job_name, count(*) AS n, min(at) AS since,
       (SELECT count(*) FROM newest) >= $2::bigint AS is_capped
  FROM newest
 GROUP BY job_name
 ORDER BY count(*) DESC, job_name
 LIMIT $3::bigint;
