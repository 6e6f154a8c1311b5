-- walk_page: a page of $it rows of what is `judged`, behind the first $it4, with $it2 characters
-- of a name and $it3 of the error. What is_mark is among them, whether it matches or not.
page AS MATERIALIZED (
    SELECT place, id, created_at, coalesce(is_match, 0) AS is_match,
           coalesce(is_mark, 0) AS is_mark
      FROM judged
     WHERE is_match OR is_mark
     ORDER BY created_at DESC, id DESC
     LIMIT $it + $it4
), ranked AS MATERIALIZED (
    SELECT *, row_number() OVER (ORDER BY created_at DESC, id DESC) AS rank
      FROM page
)
SELECT p.id,
       @job_line($it2, $it3),
       max(CAST(p.created_at AS INTEGER), -9223372036854775807) AS sort_at,
       p.is_match,
       p.is_mark,
       p.rank
  FROM ranked AS p
 CROSS JOIN soniq_jobs AS j ON j.rowid = p.place
 WHERE p.rank > $it4 OR p.is_mark
 ORDER BY p.created_at DESC, p.id DESC
