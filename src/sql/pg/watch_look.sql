-- watch_look: is there a change of jobs that was not folded, and how far has the log come (a text)?
-- $1 pages of soniq_x_delta that are looked at, from its end: under an old snapshot of somebody's it
-- is long, and what is new is there.   Rows: struct look, one.
--
-- While nobody writes anything both stand still.
SELECT pg_current_wal_insert_lsn()::text AS place,
       EXISTS (SELECT
                 FROM soniq_x_delta
                WHERE ctid >= ('(' || greatest(pg_relation_size('soniq_x_delta')
                                               / current_setting('block_size')::bigint
                                               - $1::bigint, 0) || ',0)')::tid) AS is_there;
