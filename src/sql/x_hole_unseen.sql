-- x_hole_unseen: triggers were missing until this minute: the same, of a history that was right.
-- $1 the minute.
INSERT INTO soniq_x_rollup (name_id, span, at)
SELECT -1, 0, $1
  FROM soniq_x_state
 WHERE recount_due IS NULL
    ON CONFLICT (name_id, span, at) DO NOTHING;
