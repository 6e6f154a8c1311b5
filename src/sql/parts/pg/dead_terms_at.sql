-- dead_terms_at: the same of the row at `place`, where its columns are not at hand.
($it::jsonb IS NULL OR (SELECT @dead_terms($it) FROM soniq_dead_letter_jobs WHERE ctid = place))
