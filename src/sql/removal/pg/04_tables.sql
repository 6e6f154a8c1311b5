DROP TABLE IF EXISTS soniq_x_attempts;
DROP TABLE IF EXISTS soniq_x_rollup;
DROP TABLE IF EXISTS soniq_x_gauge;
DROP TABLE IF EXISTS soniq_x_names;
DROP TABLE IF EXISTS soniq_x_delta;
DROP TABLE IF EXISTS soniq_x_state;
