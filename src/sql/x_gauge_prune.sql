-- x_gauge_prune: forget what there is none of.
DELETE FROM soniq_x_gauge WHERE n = 0;
