-- One table a transaction, as when they were made: see history/pg/03_triggers_jobs.sql.
DROP TRIGGER IF EXISTS soniq_x_appear ON soniq_jobs;
DROP TRIGGER IF EXISTS soniq_x_change ON soniq_jobs;
DROP TRIGGER IF EXISTS soniq_x_go ON soniq_jobs;
DROP TRIGGER IF EXISTS soniq_x_emptied ON soniq_jobs;
