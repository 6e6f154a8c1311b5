-- x_lineage_gone: how the last attempts of these jobs ended, whose rows may be gone.
-- $1 ids as a JSON array, $2 characters of a status.   Rows: struct found.
SELECT w.id, w.n, left(a.outcome, $2::integer) AS status, a.at
  FROM (SELECT t.value::uuid AS id, t.n
          FROM json_array_elements_text($1::json) WITH ORDINALITY AS t (value, n)) AS w
 CROSS JOIN LATERAL (SELECT outcome, created_at AS at
                       FROM soniq_x_attempts
                      WHERE job_id = w.id
                      ORDER BY ended_at DESC
                      LIMIT 1) AS a
 ORDER BY w.n
 LIMIT 100;
