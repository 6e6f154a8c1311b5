-- x_gauge_add: how many rows there are changes by so many.
-- $1 JSON [{queue_id, type_id, status, n}].   Rows: how many there are now.
INSERT INTO soniq_x_gauge AS g (queue_id, type_id, status, n)
SELECT d.queue_id, d.type_id, d.status, d.n
  FROM jsonb_to_recordset($1::jsonb)
       AS d (queue_id integer, type_id integer, status text, n bigint)
    ON CONFLICT (queue_id, type_id, status) DO UPDATE
   SET n = g.n + excluded.n
RETURNING n;
