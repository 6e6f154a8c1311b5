-- x_rollup_put: write what is known of some names and spans, whatever was there.
-- $1 JSON [{name_id, span, at, arrived ...}], moments in microseconds.
INSERT INTO soniq_x_rollup
       (name_id, span, at, arrived, started, done, failed, dead, cancelled, returned,
        wait_n, wait_us, run_n, run_us, total_us, waits, runs, queued_max,
        processing_max, oldest_us, workers_max, last_end)
SELECT d.name_id, d.span, timestamptz 'epoch' + d.at * interval '1 microsecond',
       d.arrived, d.started, d.done, d.failed, d.dead, d.cancelled, d.returned,
       d.wait_n, d.wait_us, d.run_n, d.run_us, d.total_us, d.waits, d.runs,
       d.queued_max, d.processing_max, d.oldest_us, d.workers_max,
       timestamptz 'epoch' + d.last_end * interval '1 microsecond'
  FROM jsonb_to_recordset($1::jsonb)
       AS d (name_id integer, span smallint, at bigint, arrived bigint, started bigint,
             done bigint, failed bigint, dead bigint, cancelled bigint, returned bigint,
             wait_n bigint, wait_us double precision, run_n bigint, run_us double
             precision, total_us double precision, waits text, runs text, queued_max
             bigint, processing_max bigint, oldest_us bigint, workers_max bigint,
             last_end bigint)
    ON CONFLICT (name_id, span, at) DO UPDATE
   SET arrived = excluded.arrived, started = excluded.started, done = excluded.done,
       failed = excluded.failed, dead = excluded.dead, cancelled = excluded.cancelled,
       returned = excluded.returned, wait_n = excluded.wait_n, wait_us =
       excluded.wait_us, run_n = excluded.run_n, run_us = excluded.run_us, total_us =
       excluded.total_us, waits = excluded.waits, runs = excluded.runs, queued_max =
       excluded.queued_max, processing_max = excluded.processing_max, oldest_us =
       excluded.oldest_us, workers_max = excluded.workers_max, last_end =
       excluded.last_end;
