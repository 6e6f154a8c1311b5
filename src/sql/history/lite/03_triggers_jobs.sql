-- The triggers: one row at a time, in the transaction of whoever writes.  No function but SQLite's
-- own is used, for the file is written by other programs too.  The moment of a change is the
-- row's updated_at where that is one, for it is finer than what SQLite's clock gives.
-- What 'dated' means is told in pg/02_functions.sql.

DROP TRIGGER IF EXISTS soniq_x_jobs_appear;
CREATE TRIGGER soniq_x_jobs_appear AFTER INSERT ON soniq_jobs
BEGIN
    INSERT INTO soniq_x_delta (queue, job_name, becomes, n)
    VALUES (substr(NEW.queue, 1, 255), substr(NEW.job_name, 1, 255),
            substr(NEW.status, 1, 255), 1);
    INSERT INTO soniq_x_delta (queue, job_name, becomes, outcome, n)
    SELECT substr(NEW.queue, 1, 255), substr(NEW.job_name, 1, 255), 'queued', 'dated', 1
     WHERE NEW.status = 'queued' AND NEW.scheduled_at IS NOT NULL;
END;

DROP TRIGGER IF EXISTS soniq_x_jobs_dated;
CREATE TRIGGER soniq_x_jobs_dated
AFTER UPDATE OF status, queue, job_name, scheduled_at ON soniq_jobs
WHEN (OLD.status IS 'queued' AND OLD.scheduled_at IS NOT NULL)
     OR (NEW.status IS 'queued' AND NEW.scheduled_at IS NOT NULL)
BEGIN
    INSERT INTO soniq_x_delta (queue, job_name, was, outcome, n)
    SELECT substr(OLD.queue, 1, 255), substr(OLD.job_name, 1, 255), 'queued', 'dated', 1
     WHERE OLD.status = 'queued' AND OLD.scheduled_at IS NOT NULL;
    INSERT INTO soniq_x_delta (queue, job_name, becomes, outcome, n)
    SELECT substr(NEW.queue, 1, 255), substr(NEW.job_name, 1, 255), 'queued', 'dated', 1
     WHERE NEW.status = 'queued' AND NEW.scheduled_at IS NOT NULL;
END;

DROP TRIGGER IF EXISTS soniq_x_jobs_change;
CREATE TRIGGER soniq_x_jobs_change
AFTER UPDATE OF status, queue, job_name, attempts ON soniq_jobs
WHEN OLD.status IS NOT NEW.status OR OLD.queue IS NOT NEW.queue
     OR OLD.job_name IS NOT NEW.job_name
     OR (NEW.status = 'processing' AND OLD.attempts IS NOT NEW.attempts)
BEGIN
    INSERT INTO soniq_x_attempts (job_id, attempt, worker_id, created_at, started_at, ended_at,
                                  wait_us, outcome, queue, job_name, error)
    SELECT NEW.id, OLD.attempts, OLD.worker_id,
           CASE WHEN typeof(NEW.created_at) = 'integer' THEN NEW.created_at END,
           CASE WHEN typeof(OLD.updated_at) = 'integer' THEN OLD.updated_at END,
           CASE WHEN typeof(NEW.updated_at) = 'integer' THEN NEW.updated_at
                ELSE CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
                END,
           CASE WHEN typeof(OLD.updated_at) = 'integer' AND typeof(NEW.created_at) = 'integer'
                THEN max(OLD.updated_at
                         - max(NEW.created_at,
                               CASE WHEN typeof(OLD.scheduled_at) = 'integer'
                                    THEN OLD.scheduled_at ELSE NEW.created_at END), 0) END,
           CASE WHEN NEW.status IN ('done', 'cancelled') THEN NEW.status
                WHEN NEW.status = 'processing' THEN 'lost'
                WHEN NEW.worker_id IS NULL AND OLD.worker_id IS NOT NULL
                    THEN CASE WHEN NEW.scheduled_at IS NOT OLD.scheduled_at
                              THEN 'released' ELSE 'lost' END
                WHEN NEW.last_error LIKE 'SNOOZE%' THEN 'snoozed'
                ELSE 'failed' END,
           substr(NEW.queue, 1, 255), substr(NEW.job_name, 1, 255),
           CASE WHEN NEW.status <> 'done'
                     AND (NEW.last_error IS NOT OLD.last_error OR NEW.worker_id IS NOT NULL)
                THEN substr(NEW.last_error, 1, 4000) END
     WHERE OLD.status = 'processing'
       AND (NEW.status <> 'processing' OR OLD.attempts IS NOT NEW.attempts);

    INSERT INTO soniq_x_delta (queue, job_name, was, becomes, outcome, n, waits, runs, total_us,
                               is_moved, old_queue, old_name)
    SELECT substr(NEW.queue, 1, 255), substr(NEW.job_name, 1, 255), substr(OLD.status, 1, 255),
           substr(NEW.status, 1, 255), e.outcome, 1,
           CASE WHEN OLD.status = 'queued' AND NEW.status = 'processing'
                     AND typeof(NEW.updated_at) = 'integer'
                     AND typeof(NEW.created_at) = 'integer'
                THEN CAST(max(NEW.updated_at
                              - max(NEW.created_at,
                                    CASE WHEN typeof(OLD.scheduled_at) = 'integer'
                                         THEN OLD.scheduled_at ELSE NEW.created_at END,
                                    CASE WHEN OLD.attempts > 0
                                              AND typeof(OLD.updated_at) = 'integer'
                                         THEN OLD.updated_at ELSE NEW.created_at END), 0)
                          AS TEXT) END,
           CASE WHEN e.outcome IS NOT NULL AND typeof(NEW.updated_at) = 'integer'
                     AND typeof(OLD.updated_at) = 'integer'
                THEN CAST(max(NEW.updated_at - OLD.updated_at, 0) AS TEXT) END,
           CASE WHEN e.outcome = 'done' AND typeof(NEW.updated_at) = 'integer'
                     AND typeof(NEW.created_at) = 'integer'
                THEN max(NEW.updated_at - NEW.created_at, 0) END,
           m.is_moved, CASE WHEN m.is_moved THEN substr(OLD.queue, 1, 255) END,
           CASE WHEN m.is_moved THEN substr(OLD.job_name, 1, 255) END
      FROM (SELECT CASE WHEN OLD.status IS NOT 'processing' THEN NULL
                        WHEN NEW.status IN ('done', 'cancelled') THEN NEW.status
                        WHEN NEW.status = 'processing' THEN
                            CASE WHEN OLD.attempts IS NOT NEW.attempts THEN 'lost' END
                        WHEN NEW.worker_id IS NULL AND OLD.worker_id IS NOT NULL
                            THEN CASE WHEN NEW.scheduled_at IS NOT OLD.scheduled_at
                                      THEN 'released' ELSE 'lost' END
                        WHEN NEW.last_error LIKE 'SNOOZE%' THEN 'snoozed'
                        ELSE 'failed' END AS outcome) AS e,
           (SELECT OLD.queue IS NOT NEW.queue OR OLD.job_name IS NOT NEW.job_name
                AS is_moved) AS m;
END;

DROP TRIGGER IF EXISTS soniq_x_jobs_go;
CREATE TRIGGER soniq_x_jobs_go AFTER DELETE ON soniq_jobs
BEGIN
    INSERT INTO soniq_x_attempts (job_id, attempt, worker_id, created_at, started_at, ended_at,
                                  wait_us, outcome, queue, job_name, error)
    SELECT OLD.id, OLD.attempts, OLD.worker_id,
           CASE WHEN typeof(OLD.created_at) = 'integer' THEN OLD.created_at END,
           CASE WHEN typeof(OLD.updated_at) = 'integer' THEN OLD.updated_at END,
           CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000,
           CASE WHEN typeof(OLD.updated_at) = 'integer' AND typeof(OLD.created_at) = 'integer'
                THEN max(OLD.updated_at
                         - max(OLD.created_at,
                               CASE WHEN typeof(OLD.scheduled_at) = 'integer'
                                    THEN OLD.scheduled_at ELSE OLD.created_at END), 0) END,
           CASE WHEN d.id IS NULL THEN 'done' ELSE 'dead' END,
           substr(OLD.queue, 1, 255), substr(OLD.job_name, 1, 255),
           substr(d.last_error, 1, 4000)
      FROM (SELECT 1) LEFT JOIN soniq_dead_letter_jobs AS d ON d.id = OLD.id
     WHERE OLD.status = 'processing';

    INSERT INTO soniq_x_delta (queue, job_name, was, outcome, n, runs, total_us)
    SELECT substr(OLD.queue, 1, 255), substr(OLD.job_name, 1, 255), substr(OLD.status, 1, 255),
           e.outcome, 1,
           CASE WHEN e.outcome IS NOT NULL AND typeof(OLD.updated_at) = 'integer'
                THEN CAST(max(CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)
                              * 1000 - OLD.updated_at, 0) AS TEXT) END,
           CASE WHEN e.outcome = 'done' AND typeof(OLD.created_at) = 'integer'
                THEN max(CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)
                         * 1000 - OLD.created_at, 0) END
      FROM (SELECT CASE WHEN OLD.status IS NOT 'processing' THEN NULL
                        WHEN EXISTS (SELECT 1 FROM soniq_dead_letter_jobs WHERE id = OLD.id)
                            THEN 'dead'
                        ELSE 'done' END AS outcome) AS e;

    INSERT INTO soniq_x_delta (queue, job_name, was, outcome, n)
    SELECT substr(OLD.queue, 1, 255), substr(OLD.job_name, 1, 255), 'queued', 'dated', 1
     WHERE OLD.status = 'queued' AND OLD.scheduled_at IS NOT NULL;
END;
