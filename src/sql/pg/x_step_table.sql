-- x_step_table: the bookkeeping of what was done to set our own tables up.
CREATE TABLE IF NOT EXISTS soniq_x_steps (
    step text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now(),
    digest text,                                -- of the text that was run
    note text                                   -- why it was left out
);
