-- What the triggers run.  Each writes what changed to soniq_x_delta and, when an attempt ended,
-- a row to soniq_x_attempts.
--
-- A queue must go on working whatever becomes of its history: no error leaves these functions.
-- What could not be written leaves a mark, and the numbers are then counted anew.
-- They run with the rights of whoever set them up, so that producers and workers need none on
-- our tables.
--
-- Every write of a job pays for what is here (bench/numbers.py measures it).  So names are cut
-- after grouping, not row by row; MATERIALIZED keeps an expression that is used several times from
-- being computed as often.
--
-- How many of the queued jobs have a moment (scheduled_at) is told apart, by rows whose outcome is
-- 'dated': so many more of them ('becomes'), or fewer ('was').

CREATE OR REPLACE FUNCTION soniq_x_lost(reason text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO soniq_x_delta (outcome, job_name) VALUES ('!lost', left(reason, 255));
EXCEPTION WHEN OTHERS THEN
    NULL;
END
$$;

-- Microseconds from one moment to another; NULL where one is missing or out of all bounds.
CREATE OR REPLACE FUNCTION soniq_x_usec(since timestamptz, until timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE WHEN since > '1970-01-02 UTC' AND since < '3000-01-01 UTC'
             AND until > '1970-01-02 UTC' AND until < '3000-01-01 UTC'
            THEN (greatest(date_part('epoch', until - since), 0) * 1e6)::bigint END
$$;

-- Tell those that watch, when they wait to be told (sql/pg/watch_arm): only then has one of them
-- this lock, soniq.watch.  Whoever writes shares it with all that write, until his transaction
-- ends, so that nobody can begin to wait while there is something that was not told.  A notice in
-- each transaction would have all commits of all writers wait for each other.
CREATE OR REPLACE FUNCTION soniq_x_tell() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(-7208344270512897988) THEN
        PERFORM pg_notify('soniq_x_change', '');
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION soniq_x_jobs_appear() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO soniq_x_delta (queue, job_name, becomes, outcome, n)
    SELECT left(queue, 255), left(job_name, 255), left(status, 255), NULL, count(*)
      FROM fresh
     GROUP BY queue, job_name, status
    UNION ALL
    SELECT left(queue, 255), left(job_name, 255), 'queued', 'dated', count(*)
      FROM fresh
     WHERE status = 'queued' AND scheduled_at IS NOT NULL
     GROUP BY queue, job_name;
    IF FOUND THEN
        PERFORM soniq_x_tell();
    END IF;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    PERFORM soniq_x_lost(SQLERRM);
    RETURN NULL;
END
$$;

-- A job that is put back keeps its error only from before; a new one tells that it failed, or,
-- by Python's word for it, that it put itself off.  One that lost its worker was given back by
-- it (due from that moment) or taken from it.
--
-- The plan is made once in a session, for however few rows there were then.  A full join is
-- never a nested loop, so that a later statement on many rows does not compare all with all; and
-- where an id was changed it gives a row that went and one that came.
--
-- Where no attempt can have ended, as when jobs are claimed, less has to be found out: it is the
-- shorter way for a worker that takes one job at a time.
CREATE OR REPLACE FUNCTION soniq_x_jobs_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    is_dated boolean;
BEGIN
    INSERT INTO soniq_x_delta (queue, job_name, was, becomes, outcome, n)
    SELECT left(queue, 255), left(job_name, 255), CASE WHEN sum(n) < 0 THEN 'queued' END,
           CASE WHEN sum(n) > 0 THEN 'queued' END, 'dated', abs(sum(n))
      FROM (SELECT queue, job_name, 1 AS n
              FROM after
             WHERE status = 'queued' AND scheduled_at IS NOT NULL
            UNION ALL
            SELECT queue, job_name, -1
              FROM before
             WHERE status = 'queued' AND scheduled_at IS NOT NULL) AS dated
     GROUP BY queue, job_name
    HAVING sum(n) <> 0;
    is_dated := FOUND;

    IF NOT EXISTS (SELECT FROM before WHERE status = 'processing') THEN
        INSERT INTO soniq_x_delta (queue, job_name, was, becomes, n, waits, is_moved, old_queue,
                                   old_name)
        SELECT left(queue, 255), left(job_name, 255), left(was, 255), left(becomes, 255), n,
               CASE WHEN was = 'queued' AND becomes = 'processing' AND n <= 100000 THEN spans END,
               is_moved, CASE WHEN is_moved THEN left(old_queue, 255) END,
               CASE WHEN is_moved THEN left(old_name, 255) END
          FROM (SELECT a.queue, a.job_name, b.status AS was, a.status AS becomes,
                       b.queue AS old_queue, b.job_name AS old_name,
                       a.queue IS DISTINCT FROM b.queue
                           OR a.job_name IS DISTINCT FROM b.job_name AS is_moved,
                       count(*) AS n,
                       string_agg(soniq_x_usec(
                           CASE WHEN b.attempts > 0
                                THEN greatest(a.created_at, b.scheduled_at, b.updated_at)
                                ELSE greatest(a.created_at, b.scheduled_at) END,
                           now())::text, ' ') AS spans
                  FROM before AS b
                  FULL JOIN after AS a ON a.id = b.id
                 WHERE b.status IS DISTINCT FROM a.status
                    OR a.queue IS DISTINCT FROM b.queue OR a.job_name IS DISTINCT FROM b.job_name
                 GROUP BY 1, 2, 3, 4, 5, 6) AS g;
        IF is_dated OR FOUND THEN
            PERFORM soniq_x_tell();
        END IF;
        RETURN NULL;
    END IF;
    WITH pair AS MATERIALIZED (
        SELECT b.id, a.queue, a.job_name, b.queue AS old_queue, b.job_name AS old_name,
               b.status AS was, a.status AS becomes, b.attempts, b.worker_id, a.created_at,
               b.updated_at AS before_at, greatest(a.created_at, b.scheduled_at) AS due_at,
               CASE WHEN b.status = 'processing' THEN b.updated_at
                    WHEN b.attempts > 0
                        THEN greatest(a.created_at, b.scheduled_at, b.updated_at)
                    ELSE greatest(a.created_at, b.scheduled_at) END AS since,
               CASE WHEN b.status IS DISTINCT FROM 'processing' THEN NULL
                    WHEN a.status IN ('done', 'cancelled') THEN a.status
                    WHEN a.status = 'processing' THEN
                        CASE WHEN a.attempts IS DISTINCT FROM b.attempts THEN 'lost' END
                    WHEN a.worker_id IS NULL AND b.worker_id IS NOT NULL
                        THEN CASE WHEN a.scheduled_at IS DISTINCT FROM b.scheduled_at
                                  THEN 'released' ELSE 'lost' END
                    WHEN a.last_error LIKE 'SNOOZE%' THEN 'snoozed'
                    ELSE 'failed' END AS outcome,
               CASE WHEN b.status = 'processing' AND a.status <> 'done'
                     AND (a.last_error IS DISTINCT FROM b.last_error OR a.worker_id IS NOT NULL)
                    THEN left(a.last_error, 4000) END AS error
          FROM before AS b
          FULL JOIN after AS a ON a.id = b.id
         WHERE b.status IS DISTINCT FROM a.status
            OR a.queue IS DISTINCT FROM b.queue OR a.job_name IS DISTINCT FROM b.job_name
            OR (a.status = 'processing' AND a.attempts IS DISTINCT FROM b.attempts)
    ), ended AS (
        INSERT INTO soniq_x_attempts (job_id, attempt, worker_id, created_at, started_at,
                                      ended_at, wait_us, outcome, queue, job_name, error)
        SELECT id, attempts, worker_id, created_at, before_at, now(),
               soniq_x_usec(due_at, before_at), outcome, left(queue, 255), left(job_name, 255),
               error
          FROM pair
         WHERE outcome IS NOT NULL
    )
    INSERT INTO soniq_x_delta (queue, job_name, was, becomes, outcome, n, waits, runs, total_us,
                               is_moved, old_queue, old_name)
    SELECT left(queue, 255), left(job_name, 255), left(was, 255), left(becomes, 255), outcome,
           n, CASE WHEN was = 'queued' AND becomes = 'processing' AND n <= 100000 THEN spans END,
           CASE WHEN outcome IS NOT NULL AND n <= 100000 THEN spans END, total_us,
           is_moved, CASE WHEN is_moved THEN left(old_queue, 255) END,
           CASE WHEN is_moved THEN left(old_name, 255) END
      FROM (SELECT queue, job_name, was, becomes, outcome, old_queue, old_name,
                   queue IS DISTINCT FROM old_queue OR job_name IS DISTINCT FROM old_name
                       AS is_moved,
                   count(*) AS n,
                   string_agg(soniq_x_usec(since, now())::text, ' ') AS spans,
                   sum(soniq_x_usec(created_at, now())::float8) FILTER (WHERE outcome = 'done')
                       AS total_us
              FROM pair
             GROUP BY queue, job_name, was, becomes, outcome, old_queue, old_name) AS g;
    IF is_dated OR FOUND THEN
        PERFORM soniq_x_tell();
    END IF;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    PERFORM soniq_x_lost(SQLERRM);
    RETURN NULL;
END
$$;

-- A job deleted while it ran was moved to the dead letters, or is done and not kept
-- (SONIQ_RESULT_TTL=0).  Most that are deleted ended long ago.
CREATE OR REPLACE FUNCTION soniq_x_jobs_go() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    has_run boolean;
BEGIN
    has_run := EXISTS (SELECT FROM old WHERE status = 'processing');
    IF has_run THEN
        WITH gone AS MATERIALIZED (
            SELECT o.id, o.queue, o.job_name, o.worker_id, o.created_at,
                   o.updated_at AS started_at, greatest(o.created_at, o.scheduled_at) AS due_at,
                   CASE WHEN d.id IS NULL THEN 'done' ELSE 'dead' END AS outcome,
                   o.attempts, d.error
              FROM old AS o
              LEFT JOIN LATERAL (SELECT l.id, left(l.last_error, 4000) AS error
                                   FROM soniq_dead_letter_jobs AS l
                                  WHERE l.id = o.id
                                  LIMIT 1) AS d ON true
             WHERE o.status = 'processing'
        ), ended AS (
            INSERT INTO soniq_x_attempts (job_id, attempt, worker_id, created_at, started_at,
                                          ended_at, wait_us, outcome, queue, job_name, error)
            SELECT id, attempts, worker_id, created_at, started_at, now(),
                   soniq_x_usec(due_at, started_at), outcome, left(queue, 255),
                   left(job_name, 255), error
              FROM gone
        )
        INSERT INTO soniq_x_delta (queue, job_name, was, outcome, n, runs, total_us)
        SELECT left(queue, 255), left(job_name, 255), 'processing', outcome, count(*),
               CASE WHEN count(*) <= 100000
                    THEN string_agg(soniq_x_usec(started_at, now())::text, ' ') END,
               sum(soniq_x_usec(created_at, now())::float8) FILTER (WHERE outcome = 'done')
          FROM gone
         GROUP BY queue, job_name, outcome;
    END IF;
    INSERT INTO soniq_x_delta (queue, job_name, was, outcome, n)
    SELECT left(queue, 255), left(job_name, 255), left(status, 255), NULL, count(*)
      FROM old
     WHERE status IS DISTINCT FROM 'processing'
     GROUP BY queue, job_name, status
    UNION ALL
    SELECT left(queue, 255), left(job_name, 255), 'queued', 'dated', count(*)
      FROM old
     WHERE status = 'queued' AND scheduled_at IS NOT NULL
     GROUP BY queue, job_name;
    IF has_run OR FOUND THEN
        PERFORM soniq_x_tell();
    END IF;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    PERFORM soniq_x_lost(SQLERRM);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION soniq_x_dead_appear() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO soniq_x_delta (queue, job_name, becomes, n)
    SELECT left(queue, 255), left(job_name, 255), 'dead_letter', count(*)
      FROM fresh
     GROUP BY queue, job_name;
    IF FOUND THEN
        PERFORM soniq_x_tell();
    END IF;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    PERFORM soniq_x_lost(SQLERRM);
    RETURN NULL;
END
$$;

-- One that is put back and dies again under its id takes the place of its letter (work_bury): told
-- as a letter that went and one that came.  One whose queue or name was changed by hand only moved.
CREATE OR REPLACE FUNCTION soniq_x_dead_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    WITH pair AS MATERIALIZED (
        SELECT a.queue, a.job_name, b.queue AS old_queue, b.job_name AS old_name,
               b.id IS NOT NULL AS was_there, a.id IS NOT NULL AS is_there,
               b.id IS NULL OR a.id IS NULL
                   OR a.moved_to_dead_letter_at > b.moved_to_dead_letter_at AS is_new
          FROM before AS b
          FULL JOIN after AS a ON a.id = b.id
         WHERE a.queue IS DISTINCT FROM b.queue OR a.job_name IS DISTINCT FROM b.job_name
            OR a.moved_to_dead_letter_at > b.moved_to_dead_letter_at
    )
    INSERT INTO soniq_x_delta (queue, job_name, was, becomes, n, is_moved, old_queue, old_name)
    SELECT left(old_queue, 255), left(old_name, 255), 'dead_letter', NULL, count(*), false,
           NULL, NULL
      FROM pair
     WHERE is_new AND was_there
     GROUP BY old_queue, old_name
    UNION ALL
    SELECT left(queue, 255), left(job_name, 255), NULL, 'dead_letter', count(*), false, NULL, NULL
      FROM pair
     WHERE is_new AND is_there
     GROUP BY queue, job_name
    UNION ALL
    SELECT left(queue, 255), left(job_name, 255), 'dead_letter', 'dead_letter', count(*), true,
           left(old_queue, 255), left(old_name, 255)
      FROM pair
     WHERE NOT is_new
     GROUP BY queue, job_name, old_queue, old_name;
    IF FOUND THEN
        PERFORM soniq_x_tell();
    END IF;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    PERFORM soniq_x_lost(SQLERRM);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION soniq_x_dead_go() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO soniq_x_delta (queue, job_name, was, n)
    SELECT left(queue, 255), left(job_name, 255), 'dead_letter', count(*)
      FROM old
     GROUP BY queue, job_name;
    IF FOUND THEN
        PERFORM soniq_x_tell();
    END IF;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    PERFORM soniq_x_lost(SQLERRM);
    RETURN NULL;
END
$$;

-- All rows went at once and nobody counted them.
CREATE OR REPLACE FUNCTION soniq_x_emptied() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO soniq_x_delta (outcome) VALUES ('!truncate');
    PERFORM soniq_x_tell();
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    PERFORM soniq_x_lost(SQLERRM);
    RETURN NULL;
END
$$;

-- Names mean the tables beside these functions, whatever a caller's search_path is.
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc AS p
              WHERE p.pronamespace = current_schema()::regnamespace
                AND p.proname IN ('soniq_x_lost', 'soniq_x_jobs_appear', 'soniq_x_jobs_change',
                                  'soniq_x_jobs_go', 'soniq_x_dead_appear', 'soniq_x_dead_change',
                                  'soniq_x_dead_go', 'soniq_x_emptied')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', f, current_schema());
    END LOOP;
END
$$;
