-- dead_mark: count a replay of dead letter $1, which is locked until the transaction ends.
-- Rows: how many there are by now. A count at the end of its type stays there.
UPDATE soniq_dead_letter_jobs
   SET resurrection_count = CASE WHEN resurrection_count >= 2147483647 THEN resurrection_count
                                 ELSE coalesce(resurrection_count, 0) + 1 END,
       last_resurrection_at = now()
 WHERE id = $1
RETURNING resurrection_count AS n;
