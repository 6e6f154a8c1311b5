-- x_sample_gauges: by queue, how many jobs wait and run.
-- $1 span of a minute, $2 from: queues in which something happened since take part, idle or not.
-- Rows: struct sample.
SELECT n.id AS name_id, n.key, s.queued, s.processing
  FROM soniq_x_names AS n
  JOIN (SELECT g.queue_id, sum(CASE g.status WHEN 'queued' THEN g.n ELSE 0 END) AS queued,
               sum(CASE g.status WHEN 'processing' THEN g.n ELSE 0 END) AS processing
          FROM soniq_x_gauge AS g
         GROUP BY g.queue_id) AS s ON s.queue_id = n.id
 WHERE n.kind = 'queue'
   AND (s.queued > 0 OR s.processing > 0
        OR EXISTS (SELECT 1 FROM soniq_x_rollup AS r
                    WHERE r.name_id = n.id AND r.span = $1 AND r.at >= $2));
