-- x_step_put: step $1 was done with the text of digest $2; or left out, because of $3.
INSERT INTO soniq_x_steps (step, applied_at, digest, note)
VALUES ($1, now(), $2, $3)
ON CONFLICT (step) DO UPDATE
   SET applied_at = excluded.applied_at, digest = excluded.digest, note = excluded.note;
