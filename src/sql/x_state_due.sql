-- x_state_due: jobs may have changed unseen, because of $1: they are to be counted anew.
UPDATE soniq_x_state
   SET recount_due = $1
 WHERE recount_due IS NULL;
