-- window_jobs: where the newest part of the job table begins.
-- $1 how many of the last heap pages belong to it.   Rows: struct window, one.
SELECT '(' || greatest(t.pages - $1::bigint, 0) || ',0)' AS start,
       t.pages <= $1::bigint AS is_whole
  FROM (SELECT pg_relation_size(c.oid) / current_setting('block_size')::bigint AS pages
          FROM pg_class AS c
         WHERE c.oid = 'soniq_jobs'::regclass
         LIMIT 1) AS t;
