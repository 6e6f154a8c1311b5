-- watch_jobs: nobody tells; each commit into the file is seen instead (db_watch). To no effect.
PRAGMA shrink_memory;
