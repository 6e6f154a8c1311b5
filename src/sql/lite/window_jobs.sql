-- window_jobs: where the newest part of the job table begins.
-- $1 how many of the last rowids belong to it.   Rows: struct window, one.
-- Both ends of the rowids are a step into the tree each; nothing is counted.
SELECT CAST(max(t.newest - $1 + 1, 0) AS TEXT) AS start,
       t.oldest > t.newest - $1 AS is_whole
  FROM (SELECT coalesce((SELECT max(rowid) FROM soniq_jobs), 0) AS newest,
               coalesce((SELECT min(rowid) FROM soniq_jobs), 1) AS oldest
         LIMIT 1) AS t;
