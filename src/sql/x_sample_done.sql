-- x_sample_done: a sample was taken.
UPDATE soniq_x_state SET sampled_at = now();
