-- x_past_since: the history goes back as far as what is in it.
UPDATE soniq_x_state
   SET since = (SELECT min(at) FROM soniq_x_delta);
