-- names_reason: why dead letters are ones.
-- $1 jumps of each at most, $2 characters of a name.   Rows: a name each.
-- Jumps from one to the next in an index: never DISTINCT, and never through the rows.
WITH RECURSIVE step (name, n) AS (
    SELECT min(dead_letter_reason), 1 FROM soniq_dead_letter_jobs
    UNION ALL
    SELECT (SELECT min(dead_letter_reason) FROM soniq_dead_letter_jobs WHERE dead_letter_reason > s.name), s.n + 1
      FROM step AS s
     WHERE s.name IS NOT NULL AND s.n < CAST($1 AS integer)
)
SELECT substr(name, 1, CAST($2 AS integer)) AS name
  FROM (SELECT name FROM step) AS known
 WHERE name IS NOT NULL
 LIMIT 2 * CAST($1 AS integer);
