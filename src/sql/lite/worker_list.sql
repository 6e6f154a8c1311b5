-- worker_list: workers, those that work first, newest heartbeat first.
-- $1 microseconds since its last heartbeat that one that does not work is listed, $2 at most,
-- $3 microseconds of silence that make one stale, $4 characters of a name,
-- $5 $6 $7 go on after this half (0: those that work), heartbeat and id; NULL: from the first.
-- Rows: struct worker.
--
-- Both halves come from an index, however many rows of old workers there are.
WITH chosen AS (
    SELECT * FROM (SELECT *, 0 AS half
                     FROM soniq_workers
                    WHERE status IN ('active', 'stopping')
                      AND ($5 IS NULL OR $5 = 0 AND (last_heartbeat, id) < ($6, $7))
                    ORDER BY last_heartbeat DESC, id DESC
                    LIMIT $2)
    UNION ALL
    SELECT * FROM (SELECT *, 1 AS half
                     FROM soniq_workers
                    WHERE status NOT IN ('active', 'stopping')
                      AND last_heartbeat >= now() - $1 AND $1 > 0
                      AND ($5 IS NULL OR $5 = 0 OR (last_heartbeat, id) < ($6, $7))
                    ORDER BY last_heartbeat DESC, id DESC
                    LIMIT $2)
)
SELECT @worker_line($4, $3), w.half
  FROM chosen AS w
 ORDER BY w.half, w.last_heartbeat DESC, w.id DESC
 LIMIT $2;
