-- dead_recent: what died lately, by name, most first.
-- $1 microseconds back, $2 dead letters looked at at most, $3 names at most, $4 characters of a
-- name.   Rows: a name each.
WITH newest AS MATERIALIZED (
    SELECT job_name, moved_to_dead_letter_at AS at
      FROM soniq_dead_letter_jobs
     WHERE moved_to_dead_letter_at >= now() - $1
       AND typeof(moved_to_dead_letter_at) = 'integer'
     ORDER BY moved_to_dead_letter_at DESC
     LIMIT $2
)
SELECT substr(job_name, 1, $4) AS job_name, count(*) AS n, min(at) AS since,
       (SELECT count(*) FROM newest) >= $2 AS is_capped
  FROM newest
 GROUP BY job_name
 ORDER BY count(*) DESC, job_name
 LIMIT $3;
