-- system_database: the state of the server and of this database; NULL is what our role may not see.
-- Rows: struct system_state, one.
SELECT pg_is_in_recovery() AS is_standby,
       CASE WHEN has_database_privilege(current_database(), 'CONNECT')
                 OR pg_has_role('pg_read_all_stats', 'USAGE')
            THEN pg_database_size(current_database()) END AS size_bytes,
       (SELECT sum(numbackends)::bigint FROM pg_stat_database) AS connections,
       current_setting('max_connections')::bigint AS connections_max,
       CASE WHEN pg_has_role('pg_read_all_stats', 'USAGE')
            THEN greatest(extract(epoch FROM clock_timestamp() - least(
                     (SELECT min(xact_start) FROM pg_stat_activity
                       WHERE datname = current_database() AND pid <> pg_backend_pid()),
                     (SELECT min(prepared) FROM pg_prepared_xacts
                       WHERE database = current_database()),
                     clock_timestamp())), 0)::float8 END AS oldest_transaction_seconds;
