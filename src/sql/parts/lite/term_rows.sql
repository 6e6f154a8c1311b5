-- term_rows: the values of the terms of $it, which store/filter_terms.c writes.
-- With a LIMIT it is read once, not once for each job.
(SELECT value ->> '$.term' AS term, value ->> '$.is_not' AS is_not, value ->> '$.key' AS key,
        value ->> '$.op' AS op, value ->> '$.word' AS word, value ->> '$.cut' AS cut,
        value ->> '$.low' AS low, value ->> '$.high' AS high, value -> '$.path' AS path
   FROM json_each($it)
  LIMIT -1) AS t
