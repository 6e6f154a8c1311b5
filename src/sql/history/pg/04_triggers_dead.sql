-- The triggers of dead letters: see 03_triggers_jobs.sql.
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT v.*, g.tgenabled
               FROM (VALUES
        ('soniq_x_appear', 'INSERT', 'REFERENCING NEW TABLE AS fresh', 'soniq_x_dead_appear'),
        ('soniq_x_change', 'UPDATE', 'REFERENCING OLD TABLE AS before NEW TABLE AS after',
         'soniq_x_dead_change'),
        ('soniq_x_go', 'DELETE', 'REFERENCING OLD TABLE AS old', 'soniq_x_dead_go'),
        ('soniq_x_emptied', 'TRUNCATE', '', 'soniq_x_emptied')
               ) AS v (name, event, rows, does)
               LEFT JOIN pg_trigger AS g
                 ON g.tgrelid = 'soniq_dead_letter_jobs'::regclass AND g.tgname = v.name
    LOOP
        IF t.tgenabled IS NULL THEN
            EXECUTE format('CREATE TRIGGER %I AFTER %s ON soniq_dead_letter_jobs %s FOR EACH STATEMENT '
                           'EXECUTE FUNCTION %I()', t.name, t.event, t.rows, t.does);
        ELSIF t.tgenabled NOT IN ('O', 'A') THEN
            EXECUTE format('ALTER TABLE soniq_dead_letter_jobs ENABLE TRIGGER %I', t.name);
        END IF;
    END LOOP;
END
$$;
