-- lineage_found: those of these ids that are jobs or dead letters.
-- $1 ids as a JSON array, $2 characters of a status.   Rows: struct found.
SELECT w.id, w.n, coalesce(j.status, d.status) AS status, coalesce(j.at, d.at) AS at
  FROM (SELECT t.value::uuid AS id, t.n
          FROM json_array_elements_text($1::json) WITH ORDINALITY AS t (value, n)) AS w
  LEFT JOIN LATERAL (SELECT left(coalesce(status, ''), $2::integer) AS status, created_at AS at
                       FROM soniq_jobs
                      WHERE id = w.id) AS j ON true
  LEFT JOIN LATERAL (SELECT 'dead_letter' AS status, original_created_at AS at
                       FROM soniq_dead_letter_jobs
                      WHERE id = w.id) AS d ON true
 WHERE j.status IS NOT NULL OR d.status IS NOT NULL
 ORDER BY w.n
 LIMIT 100;
