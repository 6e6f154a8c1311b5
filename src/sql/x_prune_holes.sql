-- x_prune_holes: forget those that are too old (x_hole_put).
-- $1 before.
DELETE FROM soniq_x_rollup
 WHERE name_id = -1 AND span = 0 AND at < $1;
