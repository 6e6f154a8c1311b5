-- job_terms: of a row of soniq_jobs: all terms of $it hold. NULL: there are none.
($it IS NULL
 OR NOT EXISTS (
        SELECT 1
          FROM (SELECT t.*, args AS tree,
                       CASE key
                       WHEN 'status' THEN status
                       WHEN 'wait' THEN
                            CASE WHEN status = 'queued'
                                 THEN CASE WHEN scheduled_at > now() THEN 'scheduled'
                                           ELSE 'ready' END END
                       WHEN 'queue' THEN queue
                       WHEN 'type' THEN job_name
                       WHEN 'error' THEN last_error
                       WHEN 'worker' THEN worker_id
                       WHEN 'producer' THEN producer_id
                       WHEN 'id' THEN id
                       END AS held,
                       CASE key
                       WHEN 'attempts' THEN attempts
                       WHEN 'priority' THEN priority
                       WHEN 'created' THEN created_at
                       WHEN 'updated' THEN updated_at
                       WHEN 'scheduled' THEN scheduled_at
                       WHEN 'finished' THEN CASE WHEN status IN ('done', 'cancelled')
                                                 THEN updated_at END
                       END AS amount
                  FROM @term_rows($it))
         @term_fails()))
