-- past_dead: dead letters as if they had died at some time before now.
-- $1 how many, $2 microseconds that they spread over, $3 $4 microseconds from made to dead: the
-- least, and how much more at most, $5 name, $6 $7 arguments before and behind a number, $8 queue,
-- $9 priority, $10 attempts, all of them used, $11 error with %d for the same number, $12 reason.
WITH moments AS MATERIALIZED (
    SELECT now() - random() * $2::bigint * interval '1 microsecond' AS dead_at,
           ($3::bigint + random() * $4::bigint) * interval '1 microsecond' AS took,
           floor(random() * 100000)::int AS number
      FROM generate_series(1, $1::bigint)
)
INSERT INTO soniq_dead_letter_jobs
       (id, job_name, args, queue, priority, max_attempts, attempts, last_error,
        dead_letter_reason, original_created_at, moved_to_dead_letter_at, resurrection_count,
        created_at)
SELECT gen_random_uuid(), $5::text, ($6::text || number || $7::text)::jsonb, $8::text,
       $9::integer, $10::integer, $10::integer,
       replace($11::text, '%d', number::text), $12::text, dead_at - took, dead_at, 0,
       dead_at
  FROM moments
 ORDER BY dead_at;
