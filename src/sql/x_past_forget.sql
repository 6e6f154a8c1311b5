-- x_past_forget: that the rows of the past came just now.
DELETE FROM soniq_x_delta
 WHERE was IS NULL AND becomes IN ('done', 'dead_letter');
