-- x_rollup_derived: rollups of more than a minute reach so far.
-- $1 those of 10 minutes, $2 those of an hour (NULL: as it was).
UPDATE soniq_x_state
   SET derived_10 = coalesce($1, derived_10), derived_60 = coalesce($2, derived_60);
