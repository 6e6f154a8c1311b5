-- x_prune_done: all that was too old is deleted.
UPDATE soniq_x_state SET pruned_at = now();
