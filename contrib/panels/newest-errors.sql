-- title: Newest errors
-- show: text
-- order: 40
--
-- The end of the last five errors, which is where Python says what happened.
SELECT job_name || ': ' || CASE WHEN length(last_error) > 200
                                THEN substr(last_error, length(last_error) - 199)
                                ELSE coalesce(last_error, 'it does not say why') END
  FROM soniq_dead_letter_jobs
 ORDER BY moved_to_dead_letter_at DESC
 LIMIT 5;
