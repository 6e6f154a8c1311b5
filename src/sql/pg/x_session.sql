-- x_session: the server notices within seconds when this program was killed in a long statement.
SELECT set_config(name, '5s', false) AS settings
  FROM pg_settings
 WHERE name = 'client_connection_check_interval'
 LIMIT 1;
