-- x_step_drop: step $1 was undone.
DELETE FROM soniq_x_steps
 WHERE step = $1;
