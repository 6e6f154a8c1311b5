-- watch_history: see watch_jobs. To no effect.
PRAGMA shrink_memory;
