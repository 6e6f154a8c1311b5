-- window_since: the moment at which a window of soniq_jobs begins, which is the middle of its first
-- rows. $it where it starts, $it2 it is the whole table: then NULL, and of very few rows.
--
-- What is set against the jobs of a window is counted since then: else few jobs would stand beside
-- all that died.
(SELECT created_at
   FROM (SELECT created_at
           FROM soniq_jobs
          WHERE NOT $it2 AND rowid >= CAST($it AS INTEGER) AND typeof(created_at) = 'integer'
          ORDER BY rowid
          LIMIT 101)
  ORDER BY created_at
  LIMIT 1 OFFSET 50)
