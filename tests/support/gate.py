"""A table of the schedules that answers when a test lets it: a view over the real one."""

import contextlib

from support.pg import Database
from support.waiting import wait_until

PATH = "/api/schedules"
MAKE = """
    ALTER TABLE soniq_recurring_jobs RENAME TO real_recurring_jobs;
    CREATE TABLE gate (shut boolean);
    CREATE FUNCTION pass_gate() RETURNS boolean VOLATILE LANGUAGE plpgsql AS $$
    BEGIN
        WHILE EXISTS (SELECT 1 FROM gate) LOOP
            PERFORM pg_sleep(0.02);
        END LOOP;
        RETURN true;
    END $$;
    CREATE VIEW soniq_recurring_jobs AS
        SELECT r.* FROM (SELECT pass_gate() AS passed OFFSET 0) g
        CROSS JOIN real_recurring_jobs r WHERE g.passed
"""
RUNNING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
      AND query LIKE '%FROM soniq_recurring' || '_jobs%'
"""


class Gate:
    def __init__(self, database: Database):
        self.database = database
        database.execute(MAKE)

    @contextlib.contextmanager
    def shut(self):
        """Whoever asks for the schedules inside of the block waits for its end."""
        self.database.execute("INSERT INTO gate VALUES (true)")
        try:
            yield
        finally:
            self.database.execute("DELETE FROM gate")

    def running(self) -> int:
        """Statements that wait at the gate now."""
        return self.database.value(RUNNING)

    def wait_running(self, count: int) -> None:
        wait_until(lambda: self.running() == count, f"{count} wait at the gate", seconds=30)
