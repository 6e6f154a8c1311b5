-- x_rollup_drop: forget all that is known of a name.
-- $1 its number.
DELETE FROM soniq_x_rollup WHERE name_id = $1;
