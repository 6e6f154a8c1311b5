-- system_database: what the file tells; the rest is about servers.
-- Rows: struct system_state, one.
SELECT NULL AS is_standby,
       (SELECT page_count FROM pragma_page_count()) *
           (SELECT page_size FROM pragma_page_size()) AS size_bytes,
       NULL AS connections, NULL AS connections_max, NULL AS oldest_transaction_seconds;
