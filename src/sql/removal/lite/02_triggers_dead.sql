DROP TRIGGER IF EXISTS soniq_x_dead_appear;
DROP TRIGGER IF EXISTS soniq_x_dead_change;
DROP TRIGGER IF EXISTS soniq_x_dead_go;
