-- dead_terms: of a row of soniq_dead_letter_jobs: all terms of $it hold. NULL: there are none.
($it::jsonb IS NULL
 OR NOT EXISTS (
        SELECT 1
          FROM (SELECT t.*, args AS tree,
                       CASE key
                       WHEN 'status' THEN 'dead_letter'
                       WHEN 'queue' THEN queue
                       WHEN 'type' THEN job_name
                       WHEN 'error' THEN last_error
                       WHEN 'reason' THEN dead_letter_reason
                       WHEN 'id' THEN id::text
                       END AS held,
                       CASE key
                       WHEN 'attempts' THEN attempts
                       WHEN 'priority' THEN priority
                       END AS amount,
                       CASE key
                       WHEN 'created' THEN original_created_at
                       WHEN 'updated' THEN moved_to_dead_letter_at
                       WHEN 'finished' THEN moved_to_dead_letter_at
                       END AS moment
                  FROM @term_rows($it)) AS asked
         @term_fails()))
