-- x_name_put: give names their numbers, those that come first while there is room.
-- $1 JSON [{i, kind, key, name}], $2 queues at most, $3 types at most ('*' counts too).
WITH room AS MATERIALIZED (
    SELECT kind, CASE kind WHEN 'queue' THEN $2::bigint ELSE $3::bigint END - count(*) AS n
      FROM soniq_x_names
     GROUP BY kind
)
INSERT INTO soniq_x_names (kind, key, name)
SELECT f.kind, f.key, f.name
  FROM (SELECT w.kind, w.key, w.name, r.n,
               row_number() OVER (PARTITION BY w.kind ORDER BY w.i) AS place
          FROM jsonb_to_recordset($1::jsonb) AS w (i bigint, kind text, key text, name text)
          JOIN room AS r ON r.kind = w.kind AND r.n > 0
         WHERE NOT EXISTS (SELECT 1 FROM soniq_x_names AS n
                            WHERE n.kind = w.kind AND n.key = w.key)) AS f
 WHERE f.place <= f.n
 ORDER BY f.place
    ON CONFLICT DO NOTHING;
