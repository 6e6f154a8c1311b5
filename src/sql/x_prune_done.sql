-- x_prune_done: all that was too old is deleted; from then on less is known.
-- $1 nothing before this moment is left.
UPDATE soniq_x_state
   SET pruned_at = now(), since = CASE WHEN since < $1 THEN $1 ELSE since END;
