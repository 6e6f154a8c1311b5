-- job_notify: there is nobody to tell: workers of a file poll.   $1 job, to no effect.
SELECT 1 AS told WHERE $1 IS NULL;
