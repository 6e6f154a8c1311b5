-- lineage_origins: dead letters of a name that were replayed, newest first, of those that were
-- there when job $1 was made.
-- $2 the name, $3 when the job was made, $4 dead letters looked at at most.   Rows: struct origin.
SELECT d.id, d.resurrection_count::bigint AS replays, d.last_resurrection_at AS at,
       CASE WHEN d.last_resurrection_at = $3::timestamptz
            THEN (SELECT j.args = d.args FROM soniq_jobs AS j WHERE j.id = $1::uuid) END AS is_same
  FROM (SELECT id, job_name, args, resurrection_count, last_resurrection_at,
               moved_to_dead_letter_at
          FROM soniq_dead_letter_jobs
         WHERE moved_to_dead_letter_at <= $3::timestamptz
         ORDER BY moved_to_dead_letter_at DESC
         LIMIT $4::bigint) AS d
 WHERE d.job_name = $2::text AND d.resurrection_count > 0
   AND d.last_resurrection_at >= $3::timestamptz
 ORDER BY d.moved_to_dead_letter_at DESC
 LIMIT 1000;
