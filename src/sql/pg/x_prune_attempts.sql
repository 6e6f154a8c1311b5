-- x_prune_attempts: delete the oldest attempts.
-- $1 those that ended before, $2 at most.
DELETE FROM soniq_x_attempts
 WHERE ctid = ANY (ARRAY(SELECT ctid
                           FROM soniq_x_attempts
                          WHERE ended_at < $1::timestamptz
                          ORDER BY ended_at
                          LIMIT $2::bigint));
