-- x_step_table: the bookkeeping of what was done to set our own tables up.
CREATE TABLE IF NOT EXISTS soniq_x_steps (
    step TEXT PRIMARY KEY,
    applied_at INTEGER NOT NULL,
    digest TEXT,                                -- of the text that was run
    note TEXT                                   -- why it was left out
);
