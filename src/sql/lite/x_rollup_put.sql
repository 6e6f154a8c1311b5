-- x_rollup_put: write what is known of some names and spans, whatever was there.
-- $1 JSON [{name_id, span, at, arrived ...}], moments in microseconds.
INSERT INTO soniq_x_rollup
       (name_id, span, at, arrived, started, done, failed, dead, cancelled, returned,
        wait_n, wait_us, run_n, run_us, total_us, waits, runs, queued_max,
        processing_max, oldest_us, workers_max, last_end)
SELECT json_extract(value, '$.name_id'), json_extract(value, '$.span'),
       json_extract(value, '$.at'), json_extract(value, '$.arrived'),
       json_extract(value, '$.started'), json_extract(value, '$.done'),
       json_extract(value, '$.failed'), json_extract(value, '$.dead'),
       json_extract(value, '$.cancelled'), json_extract(value, '$.returned'),
       json_extract(value, '$.wait_n'), json_extract(value, '$.wait_us'),
       json_extract(value, '$.run_n'), json_extract(value, '$.run_us'),
       json_extract(value, '$.total_us'), json_extract(value, '$.waits'),
       json_extract(value, '$.runs'), json_extract(value, '$.queued_max'),
       json_extract(value, '$.processing_max'), json_extract(value, '$.oldest_us'),
       json_extract(value, '$.workers_max'), json_extract(value, '$.last_end')
  FROM json_each($1)
 WHERE true
    ON CONFLICT (name_id, span, at) DO UPDATE
   SET arrived = excluded.arrived, started = excluded.started, done = excluded.done,
       failed = excluded.failed, dead = excluded.dead, cancelled = excluded.cancelled,
       returned = excluded.returned, wait_n = excluded.wait_n, wait_us =
       excluded.wait_us, run_n = excluded.run_n, run_us = excluded.run_us, total_us =
       excluded.total_us, waits = excluded.waits, runs = excluded.runs, queued_max =
       excluded.queued_max, processing_max = excluded.processing_max, oldest_us =
       excluded.oldest_us, workers_max = excluded.workers_max, last_end =
       excluded.last_end;
