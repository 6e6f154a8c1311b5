-- job_names: is there a job whose name has a text?
-- $1 text, $2 true: a part of the name, in any case, false: the whole of it.
-- Rows: struct names, one: n, how many such names there are, at most 200; is_sure: all of them are
-- known.
--
-- Known are those that are counted, and those of the changes that are not folded yet.
WITH fresh AS MATERIALIZED (
    SELECT job_name, outcome, becomes FROM soniq_x_delta LIMIT 20001
), named AS (
    SELECT n.id
      FROM soniq_x_names AS n
     WHERE n.kind = 'type'
       AND CASE WHEN $2::bool THEN position(lower($1::text) IN lower(n.name)) > 0
                ELSE n.name = left($1, 255) END
)
SELECT (SELECT count(*)
          FROM (SELECT 1
                  FROM soniq_x_gauge AS g
                 WHERE g.n <> 0 AND g.status <> 'dead_letter'
                   AND g.type_id IN (SELECT id FROM named)
                UNION ALL
                SELECT 1
                  FROM fresh
                 WHERE becomes <> 'dead_letter'
                   AND CASE WHEN $2 THEN position(lower($1) IN lower(job_name)) > 0
                            ELSE job_name = left($1, 255) END
                LIMIT 200) AS there) AS n,
       (SELECT recount_due IS NULL FROM soniq_x_state)
       AND NOT EXISTS (SELECT 1 FROM fresh WHERE outcome LIKE '!%')
       AND (SELECT count(*) FROM fresh) <= 20000
       AND NOT EXISTS (SELECT 1
                         FROM soniq_x_gauge
                        WHERE n <> 0 AND status <> 'dead_letter'
                          AND type_id IN (SELECT id
                                            FROM soniq_x_names
                                           WHERE kind = 'type' AND key = '*')) AS is_sure;
