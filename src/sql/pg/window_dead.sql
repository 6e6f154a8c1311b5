-- window_dead: how many of the newest dead letters are looked at: all while the table is small.
-- $1 heap pages that are small; a larger table gives as many rows as fill about so many pages.
-- Rows: struct window, one.
SELECT CASE WHEN t.pages <= $1::bigint THEN '9223372036854775807'
            ELSE ($1::bigint * 24)::text END AS start,
       t.pages <= $1::bigint AS is_whole
  FROM (SELECT pg_relation_size(c.oid) / current_setting('block_size')::bigint AS pages
          FROM pg_class AS c
         WHERE c.oid = 'soniq_dead_letter_jobs'::regclass
         LIMIT 1) AS t;
