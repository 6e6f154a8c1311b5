-- x_step_end: the bookkeeping goes, last of all.
DROP TABLE IF EXISTS soniq_x_steps;
