-- dead_mark_once: as dead_mark, but only where it was not replayed since it was moved here.
-- $1 dead letter.   Rows: how many replays there are by now.
UPDATE soniq_dead_letter_jobs
   SET resurrection_count = CASE WHEN resurrection_count >= 2147483647 THEN resurrection_count
                                 ELSE coalesce(resurrection_count, 0) + 1 END,
       last_resurrection_at = now()
 WHERE id = $1
   AND NOT (coalesce(resurrection_count, 0) > 0
            AND coalesce(last_resurrection_at >= moved_to_dead_letter_at, 1 = 1))
RETURNING resurrection_count AS n;
