-- lineage_found: those of these ids that are jobs or dead letters.
-- $1 ids as a JSON array, $2 characters of a status.   Rows: struct found.
SELECT * FROM (
    SELECT w.value AS id, w.key + 1 AS n,
           substr(coalesce(j.status, ''), 1, $2) AS status, j.created_at AS at
      FROM json_each($1) AS w
      JOIN soniq_jobs AS j ON j.id = w.value
    UNION ALL
    SELECT w.value, w.key + 1, 'dead_letter', d.original_created_at
      FROM json_each($1) AS w
      JOIN soniq_dead_letter_jobs AS d ON d.id = w.value)
 ORDER BY n
 LIMIT 100;
