-- The triggers of dead letters: see 03_triggers_jobs.sql.

DROP TRIGGER IF EXISTS soniq_x_dead_appear;
CREATE TRIGGER soniq_x_dead_appear AFTER INSERT ON soniq_dead_letter_jobs
BEGIN
    INSERT INTO soniq_x_delta (queue, job_name, becomes, n)
    VALUES (substr(NEW.queue, 1, 255), substr(NEW.job_name, 1, 255), 'dead_letter', 1);
END;

-- A later moment: it died again, and took its letter's place (pg/02_functions.sql).
DROP TRIGGER IF EXISTS soniq_x_dead_change;
CREATE TRIGGER soniq_x_dead_change
AFTER UPDATE OF queue, job_name, moved_to_dead_letter_at ON soniq_dead_letter_jobs
WHEN OLD.queue IS NOT NEW.queue OR OLD.job_name IS NOT NEW.job_name
     OR NEW.moved_to_dead_letter_at > OLD.moved_to_dead_letter_at
BEGIN
    INSERT INTO soniq_x_delta (queue, job_name, was, n)
    SELECT substr(OLD.queue, 1, 255), substr(OLD.job_name, 1, 255), 'dead_letter', 1
     WHERE NEW.moved_to_dead_letter_at > OLD.moved_to_dead_letter_at;
    INSERT INTO soniq_x_delta (queue, job_name, becomes, n)
    SELECT substr(NEW.queue, 1, 255), substr(NEW.job_name, 1, 255), 'dead_letter', 1
     WHERE NEW.moved_to_dead_letter_at > OLD.moved_to_dead_letter_at;
    INSERT INTO soniq_x_delta (queue, job_name, was, becomes, n, is_moved, old_queue, old_name)
    SELECT substr(NEW.queue, 1, 255), substr(NEW.job_name, 1, 255), 'dead_letter', 'dead_letter',
           1, 1, substr(OLD.queue, 1, 255), substr(OLD.job_name, 1, 255)
     WHERE NOT NEW.moved_to_dead_letter_at > OLD.moved_to_dead_letter_at;
END;

DROP TRIGGER IF EXISTS soniq_x_dead_go;
CREATE TRIGGER soniq_x_dead_go AFTER DELETE ON soniq_dead_letter_jobs
BEGIN
    INSERT INTO soniq_x_delta (queue, job_name, was, n)
    VALUES (substr(OLD.queue, 1, 255), substr(OLD.job_name, 1, 255), 'dead_letter', 1);
END;
