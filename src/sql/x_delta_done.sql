-- x_delta_done: what changed is folded.
-- $1 why all is to be counted anew (NULL: as it was).
UPDATE soniq_x_state
   SET folded_at = now(), recount_due = coalesce($1, recount_due);
