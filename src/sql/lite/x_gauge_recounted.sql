-- x_gauge_recounted: all rows are counted, unless somebody else has counted them meanwhile.
-- $1 when they were last counted before, $2 why they are counted now.
UPDATE soniq_x_state
   SET recounted_at = now(),
       recount_due = CASE WHEN recount_due IS NOT $2 THEN recount_due END
 WHERE recounted_at IS $1;
