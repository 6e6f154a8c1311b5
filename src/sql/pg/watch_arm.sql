-- watch_arm: have whoever writes tell us, if nobody is at it.   Rows: struct armed, one.
-- The lock is soniq.watch (history/pg/02_functions): of this session, until it is given back or the
-- session ends; while somebody writes, or another one waits, it is not to be had.
--
-- Not where a transaction may be prepared, which one that tells may not; nor where notices pile
-- up because somebody does not take his: in the end they would fail those that write.
SELECT CASE WHEN to_regprocedure('soniq_x_tell()') IS NOT NULL
             AND current_setting('max_prepared_transactions') = '0'
             AND pg_notification_queue_usage() < 0.1
            THEN pg_try_advisory_lock(-7208344270512897988)
            ELSE false END AS is_armed;
