-- watch_alive: have the server find out within a minute that we are gone, for while it thinks that
-- we wait whoever writes tells us.   Rows: none wanted.
SELECT set_config(name, CASE name WHEN 'tcp_keepalives_idle' THEN '30'
                                  WHEN 'tcp_keepalives_interval' THEN '10'
                                  WHEN 'tcp_keepalives_count' THEN '3'
                                  ELSE '60000' END, false) AS is_set
  FROM pg_settings
 WHERE name IN ('tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count',
                'tcp_user_timeout')
 LIMIT 4;
