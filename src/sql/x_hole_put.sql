-- x_hole_put: in this minute something happened that was not told: what is said of spans with it is
-- about right. The sums have a row for it under a number that no name has.
-- $1 the minute.
INSERT INTO soniq_x_rollup (name_id, span, at)
VALUES (-1, 0, $1)
    ON CONFLICT (name_id, span, at) DO NOTHING;
