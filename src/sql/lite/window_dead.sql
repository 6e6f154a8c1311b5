-- window_dead: where the newest part of the dead letters begins.
-- $1 how many of the last rowids belong to it.   Rows: struct window, one.
SELECT CAST(max(t.newest - $1 + 1, 0) AS TEXT) AS start,
       t.oldest > t.newest - $1 AS is_whole
  FROM (SELECT coalesce((SELECT max(rowid) FROM soniq_dead_letter_jobs), 0) AS newest,
               coalesce((SELECT min(rowid) FROM soniq_dead_letter_jobs), 1) AS oldest
         LIMIT 1) AS t;
