-- title: Deaths per hour
-- show: line
-- order: 30
-- refresh: 1m
-- backend: sqlite
--
-- Two days of dead letters, by the hour; hours without any are there too.
WITH RECURSIVE hours (hour) AS (
    SELECT now() / 3600000000 - 47
     UNION ALL
    SELECT hour + 1 FROM hours WHERE hour < now() / 3600000000
)
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', hour * 3600, 'unixepoch') AS at,
       count(dead.id) AS died,
       count(dead.id) FILTER (WHERE dead.last_error LIKE '%imeout%') AS "of a timeout"
  FROM hours
  LEFT JOIN soniq_dead_letter_jobs AS dead
    ON dead.moved_to_dead_letter_at >= hour * 3600000000
   AND dead.moved_to_dead_letter_at < (hour + 1) * 3600000000
 GROUP BY hour
 ORDER BY hour;
