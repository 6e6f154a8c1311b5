DROP TRIGGER IF EXISTS soniq_x_jobs_appear;
DROP TRIGGER IF EXISTS soniq_x_jobs_change;
DROP TRIGGER IF EXISTS soniq_x_jobs_dated;
DROP TRIGGER IF EXISTS soniq_x_jobs_go;
