-- x_gauge_add: how many rows there are changes by so many.
-- $1 JSON [{queue_id, type_id, status, n}].   Rows: how many there are now.
INSERT INTO soniq_x_gauge AS g (queue_id, type_id, status, n)
SELECT json_extract(value, '$.queue_id'), json_extract(value, '$.type_id'),
       json_extract(value, '$.status'), json_extract(value, '$.n')
  FROM json_each($1)
 WHERE true
    ON CONFLICT (queue_id, type_id, status) DO UPDATE
   SET n = g.n + excluded.n
RETURNING n;
