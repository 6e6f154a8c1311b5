-- x_name_drop: forget a name.
-- $1 its number.
DELETE FROM soniq_x_names WHERE id = $1;
