-- x_step_list: what was done to set our own tables up.   Rows: struct done.
SELECT step, applied_at, digest, note
  FROM soniq_x_steps
 ORDER BY step
 LIMIT 200;
