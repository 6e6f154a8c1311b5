-- watch_jobs: hear of new jobs, which producers tell.
LISTEN soniq_new_job;
