-- 30 days of history of 20 queues and 60 names: minutes for 48 hours, ten minutes for 14 days,
-- hours for 30 days; the same however many jobs there are.  All queues together are the number 0.
-- Gauges are left to be counted.
INSERT INTO soniq_x_names (kind, key, name)
SELECT 'queue', '=queue_' || lpad(i::text, 2, '0'), 'queue_' || lpad(i::text, 2, '0')
  FROM generate_series(0, 19) AS i
 UNION ALL
SELECT 'type', '=app.tasks.task_' || lpad(i::text, 2, '0'), 'app.tasks.task_' || lpad(i::text, 2, '0')
  FROM generate_series(0, 59) AS i
    ON CONFLICT DO NOTHING;

INSERT INTO soniq_x_rollup (name_id, span, at, arrived, started, done, failed, dead, cancelled,
                            wait_n, wait_us, run_n, run_us, total_us, waits, runs, queued_max,
                            processing_max, oldest_us, workers_max, last_end)
SELECT n.id, s.span, t.at, s.span * 6 * n.k, s.span * 6 * n.k, (s.span * 6 - 1) * n.k,
       s.span * n.k, s.span %% 7 * n.k, 0, s.span * 6 * n.k, s.span * 6 * 40e3 * n.k,
       s.span * 6 * n.k, s.span * 6 * 900e3 * n.k, s.span * 6 * 940e3 * n.k,
       h.waits, h.runs, CASE n.kind WHEN 'queue' THEN (50 + n.id %% 9) * n.k END,
       CASE n.kind WHEN 'queue' THEN 4 * n.k END, CASE n.kind WHEN 'queue' THEN 3000000 END,
       CASE n.kind WHEN 'queue' THEN 8 END, t.at + interval '30 seconds'
  FROM (SELECT id, kind, 1 AS k FROM soniq_x_names WHERE key <> '*'
         UNION ALL
        SELECT 0, 'queue', 20) AS n
 CROSS JOIN (VALUES (1, interval '48 hours'), (10, interval '14 days'), (60, interval '30 days'))
       AS s (span, kept)
 CROSS JOIN LATERAL (SELECT string_agg(b + n.id %% 5 || ':' || s.span * n.k, ' ' ORDER BY b),
                            string_agg(b + 24 || ':' || s.span * n.k, ' ' ORDER BY b)
                       FROM generate_series(40, 39 + least(6 * s.span, 24)) AS b) AS h (waits, runs)
 CROSS JOIN LATERAL generate_series(date_bin(s.span * interval '1 minute', %(until)s - s.kept,
                                             timestamptz 'epoch'),
                                    date_bin(s.span * interval '1 minute', %(until)s,
                                             timestamptz 'epoch') - s.span * interval '1 minute',
                                    s.span * interval '1 minute') AS t (at)
    ON CONFLICT DO NOTHING;

UPDATE soniq_x_state
   SET since = %(until)s - interval '30 days', folded_at = %(until)s,
       derived_10 = date_bin(interval '10 minutes', %(until)s, timestamptz 'epoch'),
       derived_60 = date_bin(interval '1 hour', %(until)s, timestamptz 'epoch'),
       sampled_at = NULL, recount_due = 'seed';
DELETE FROM soniq_x_delta;
