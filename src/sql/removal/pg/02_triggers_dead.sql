DROP TRIGGER IF EXISTS soniq_x_appear ON soniq_dead_letter_jobs;
DROP TRIGGER IF EXISTS soniq_x_change ON soniq_dead_letter_jobs;
DROP TRIGGER IF EXISTS soniq_x_go ON soniq_dead_letter_jobs;
DROP TRIGGER IF EXISTS soniq_x_emptied ON soniq_dead_letter_jobs;
