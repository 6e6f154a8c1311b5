-- The triggers of dead letters: see 03_triggers_jobs.sql.

DROP TRIGGER IF EXISTS soniq_x_dead_appear;
CREATE TRIGGER soniq_x_dead_appear AFTER INSERT ON soniq_dead_letter_jobs
BEGIN
    INSERT INTO soniq_x_delta (queue, job_name, becomes, n)
    VALUES (substr(NEW.queue, 1, 255), substr(NEW.job_name, 1, 255), 'dead_letter', 1);
END;

DROP TRIGGER IF EXISTS soniq_x_dead_go;
CREATE TRIGGER soniq_x_dead_go AFTER DELETE ON soniq_dead_letter_jobs
BEGIN
    INSERT INTO soniq_x_delta (queue, job_name, was, n)
    VALUES (substr(OLD.queue, 1, 255), substr(OLD.job_name, 1, 255), 'dead_letter', 1);
END;
