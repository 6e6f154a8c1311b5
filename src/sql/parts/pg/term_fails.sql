-- term_fails: of rows that have what a term's value asks for: those terms that do not hold.
GROUP BY term, is_not
HAVING coalesce(bool_or(
           CASE op
           WHEN 'is' THEN held = word
           WHEN 'begins' THEN starts_with(held, word)
           WHEN 'holds' THEN position(lower(word) IN lower(left(held, cut))) > 0
           WHEN 'number' THEN amount BETWEEN coalesce(low, amount) AND coalesce(high, amount)
           WHEN 'moment' THEN moment BETWEEN
                coalesce(to_timestamp(low / 1000000)
                         + (low % 1000000) * interval '1 microsecond', '-infinity')
                AND coalesce(to_timestamp(high / 1000000)
                             + (high % 1000000) * interval '1 microsecond', 'infinity')
           WHEN 'there' THEN (tree #> path) IS NOT NULL
           WHEN 'has' THEN (tree #> path) @> word::jsonb
           WHEN 'starts' THEN jsonb_typeof(tree #> path) = 'string'
                              AND starts_with(tree #>> path, word)
           END), false) = is_not
