DROP FUNCTION IF EXISTS soniq_x_jobs_appear();
DROP FUNCTION IF EXISTS soniq_x_jobs_change();
DROP FUNCTION IF EXISTS soniq_x_jobs_go();
DROP FUNCTION IF EXISTS soniq_x_dead_appear();
DROP FUNCTION IF EXISTS soniq_x_dead_go();
DROP FUNCTION IF EXISTS soniq_x_emptied();
DROP FUNCTION IF EXISTS soniq_x_tell();
DROP FUNCTION IF EXISTS soniq_x_lost(text);
DROP FUNCTION IF EXISTS soniq_x_usec(timestamptz, timestamptz);
