-- term_fails: of rows that have what a term's value asks for: those terms that do not hold.
-- A text is greater than every number: it is no number and no moment.
GROUP BY term, is_not
HAVING coalesce(max(
           CASE op
           WHEN 'is' THEN held = word
           WHEN 'begins' THEN substr(held, 1, length(word)) = word
           WHEN 'holds' THEN instr(lower(substr(held, 1, cut)), lower(word)) > 0
           WHEN 'number' THEN amount BETWEEN coalesce(low, -9223372036854775808)
                                         AND coalesce(high, 9223372036854775807)
           WHEN 'moment' THEN amount BETWEEN coalesce(low, -9223372036854775808)
                                         AND coalesce(high, 9223372036854775807)
           WHEN 'there' THEN json_at(tree, path) IS NOT NULL
           WHEN 'has' THEN json_holds(json_at(tree, path), word)
           WHEN 'starts' THEN substr(json_at(tree, path), 1, 1) = '"'
                AND substr(json_at(tree, path) ->> '$', 1, length(word)) = word
           END), 0) = is_not
