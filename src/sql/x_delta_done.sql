-- x_delta_done: what changed is folded.
-- $1 why all is to be counted anew (NULL: as it was); $2 nothing is left from before: what is told
-- is of that moment.
UPDATE soniq_x_state
   SET folded_at = CASE WHEN $2 THEN now() ELSE folded_at END,
       recount_due = coalesce($1, recount_due);
