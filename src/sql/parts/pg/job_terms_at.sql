-- job_terms_at: the same of the row at `place`, where its columns are not at hand.
($it::jsonb IS NULL OR (SELECT @job_terms($it) FROM soniq_jobs WHERE ctid = place))
