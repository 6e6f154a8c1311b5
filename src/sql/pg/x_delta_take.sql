-- x_delta_take: take what changed, to fold it.
-- $1 page from which on all is looked at, $2 and $3 pages from and before which it is, too,
-- $4 rows at most, $5 bytes of a text of times at most.   Rows: struct delta.
--
-- Under an old snapshot of somebody's the rows that were taken stay in the table, dead: only
-- so many pages are looked at in a turn.
DELETE FROM soniq_x_delta
 WHERE ctid = ANY (ARRAY(
       SELECT place
         FROM (SELECT ctid
                 FROM soniq_x_delta
                WHERE ctid >= ('(' || $1::bigint || ',0)')::tid
                UNION ALL
               SELECT ctid
                 FROM soniq_x_delta
                WHERE ctid >= ('(' || $2::bigint || ',0)')::tid
                  AND ctid < ('(' || $3::bigint || ',0)')::tid) AS picked (place)
        LIMIT $4::bigint))
RETURNING ctid AS place,
          CASE WHEN at > '1970-01-02 UTC' AND at < '3000-01-01 UTC'
               THEN (date_part('epoch', at) * 1e6)::bigint END AS at,
          left(queue, 255) AS queue, left(job_name, 255) AS job_name, left(was, 255) AS was,
          left(becomes, 255) AS becomes, left(outcome, 255) AS outcome, n,
          CASE WHEN octet_length(waits) <= $5::bigint THEN waits END AS waits,
          CASE WHEN octet_length(runs) <= $5::bigint THEN runs END AS runs,
          total_us, is_moved, left(old_queue, 255) AS old_queue, left(old_name, 255) AS old_name;
