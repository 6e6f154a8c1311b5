-- watch_history: hear of what the history has counted (soniq_x_delta was folded).
LISTEN soniq_x_change;
