-- x_backlog: what the triggers wrote and nobody has folded yet.
-- $1 rows that are looked at.   Rows: struct history_backlog, one.
SELECT count(*) AS unfolded, min(d.at) AS oldest_at
  FROM (SELECT at FROM soniq_x_delta LIMIT $1) AS d;
