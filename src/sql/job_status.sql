-- job_status: where job $1 stands: its status, or dead_letter.   Rows: struct standing.
SELECT status
  FROM (SELECT substr(status, 1, 39) AS status, 0 AS rank FROM soniq_jobs WHERE id = $1
        UNION ALL
        SELECT 'dead_letter', 1 FROM soniq_dead_letter_jobs WHERE id = $1) AS t
 ORDER BY rank
 LIMIT 1;
