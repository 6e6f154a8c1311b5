-- %(dead)s dead letters, oldest first, over 30 days before %(until)s.
INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, priority, max_attempts, attempts,
                                    last_error, dead_letter_reason, original_created_at,
                                    moved_to_dead_letter_at, resurrection_count, created_at)
SELECT md5('dead ' || i)::uuid, 'app.tasks.task_' || lpad((i * 7 %% 60)::text, 2, '0'),
       jsonb_build_object('user_id', i, 'order', 'order-' || i, 'note', repeat('n', 70)),
       'queue_' || lpad((i * 7 %% 20)::text, 2, '0'), 100, 4, 4,
       'TimeoutError: no answer for order ' || i || E'\n'
           || repeat('  File "app/tasks.py", line 10, in run' || E'\n', 8),
       'max_retries_exceeded', moved_at - interval '1 hour', moved_at, 0, moved_at
  FROM (SELECT i, %(until)s - (%(dead)s - i) * (interval '30 days' / %(dead)s) AS moved_at
          FROM generate_series(1, %(dead)s::bigint) AS i) AS x;
