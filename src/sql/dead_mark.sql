-- dead_mark: count a replay of dead letter $1, which is locked until the transaction ends.
UPDATE soniq_dead_letter_jobs
   SET resurrection_count = coalesce(resurrection_count, 0) + 1, last_resurrection_at = now()
 WHERE id = $1;
