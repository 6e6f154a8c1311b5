-- past_done: rows of jobs as if they had been done at some time before now.
-- $1 how many, $2 microseconds that they spread over, $3 $4 microseconds from made to done: the
-- least, and how much more at most, $5 name, $6 $7 arguments before and behind a number, $8 queue,
-- $9 priority, $10 most attempts, $11 result, $12 producer, $13 microseconds that each is kept.
WITH moments AS MATERIALIZED (
    SELECT now() - random() * $2::bigint * interval '1 microsecond' AS done_at,
           ($3::bigint + random() * $4::bigint) * interval '1 microsecond' AS took,
           floor(random() * 100000)::int AS number
      FROM generate_series(1, $1::bigint)
)
INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue, priority,
                        unique_job, result, producer_id, created_at, updated_at, expires_at)
SELECT gen_random_uuid(), $5::text, ($6::text || number || $7::text)::jsonb, 'done', 1,
       $10::integer, $8::text, $9::integer, false, $11::jsonb, $12::text, done_at - took, done_at,
       done_at + $13::bigint * interval '1 microsecond'
  FROM moments
 ORDER BY done_at;
