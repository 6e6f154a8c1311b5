-- One chunk of jobs.  All follows from the number of a row, so that two runs make the same table:
-- no random().  %(first)s %(last)s of %(n)s, oldest first, over 30 days before %(until)s.
INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue, priority,
                        scheduled_at, expires_at, last_error, result, producer_id, worker_id,
                        created_at, updated_at)
SELECT md5('job ' || i)::uuid, 'app.tasks.task_' || lpad(k::text, 2, '0'),
       jsonb_build_object('user_id', i, 'order', 'order-' || i, 'path', '/customers/' || i %% 1000,
                          'tags', '["one", "two"]'::jsonb, 'note', repeat('n', 70)),
       status, CASE WHEN status = 'queued' AND NOT has_error THEN 0 ELSE 1 + h %% 3 / 2 END, 4,
       'queue_' || lpad((k %% 20)::text, 2, '0'), 100,
       CASE WHEN status = 'queued' AND h %% 2 = 0
            THEN %(until)s + (1 + h %% 86400) * interval '1 second' END,
       CASE WHEN status = 'done' THEN created_at + interval '60 days' END,
       CASE WHEN has_error
            THEN (ARRAY['ValueError: bad amount in order ', 'TimeoutError: no answer for order ',
                        'ConnectionError: refused, order ', 'KeyError: no such order '])[1 + h %% 4]
                 || i || E'\n' || repeat('  File "app/tasks.py", line 10, in run' || E'\n', 8) END,
       CASE WHEN status = 'done' THEN '{"ok": true}'::jsonb END, 'seed',
       CASE WHEN status = 'processing'
            THEN ('00000000-0000-4000-8000-00000000000' || 1 + h %% 8)::uuid END,
       created_at, CASE WHEN status = 'queued' AND NOT has_error THEN created_at
                        ELSE created_at + (1 + h %% 9000) * interval '1 millisecond' END
  FROM (SELECT i, h, h %% 97 * (h %% 89) * 60 / (97 * 89) AS k,     -- small numbers more often
               %(until)s - (%(n)s - i) * (interval '30 days' / %(n)s) AS created_at,
               h / 10000 %% 100 = 0 AS has_error,
               CASE WHEN h %% 10000 < 9500 THEN 'done' WHEN h %% 10000 < 9800 THEN 'queued'
                    WHEN h %% 10000 < 9812 THEN 'processing' ELSE 'cancelled' END AS status
          FROM (SELECT i, ('x' || substr(md5('h ' || i), 1, 7))::bit(28)::int AS h
                  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i) AS numbered) AS x;
