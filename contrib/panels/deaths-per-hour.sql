-- title: Deaths per hour
-- show: line
-- order: 30
-- refresh: 1m
-- backend: postgresql
--
-- Two days of dead letters, by the hour; hours without any are there too.
SELECT hours.at,
       count(dead.id) AS died,
       count(dead.id) FILTER (WHERE dead.last_error LIKE '%imeout%') AS "of a timeout"
  FROM generate_series(date_trunc('hour', now()) - interval '47 hours',
                       date_trunc('hour', now()), interval '1 hour') AS hours (at)
  LEFT JOIN soniq_dead_letter_jobs AS dead
    ON dead.moved_to_dead_letter_at >= hours.at
   AND dead.moved_to_dead_letter_at < hours.at + interval '1 hour'
 GROUP BY hours.at
 ORDER BY hours.at;
