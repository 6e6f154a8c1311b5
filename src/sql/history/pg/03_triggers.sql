-- The triggers.  Making them waits for those that write the tables at this moment and holds up
-- those that come after, for as long as the transaction lasts: nothing else belongs in here.
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT * FROM (VALUES
        ('soniq_jobs', 'soniq_x_appear', 'INSERT', 'REFERENCING NEW TABLE AS fresh',
         'soniq_x_jobs_appear'),
        ('soniq_jobs', 'soniq_x_change', 'UPDATE',
         'REFERENCING OLD TABLE AS before NEW TABLE AS after', 'soniq_x_jobs_change'),
        ('soniq_jobs', 'soniq_x_go', 'DELETE', 'REFERENCING OLD TABLE AS old',
         'soniq_x_jobs_go'),
        ('soniq_jobs', 'soniq_x_emptied', 'TRUNCATE', '', 'soniq_x_emptied'),
        ('soniq_dead_letter_jobs', 'soniq_x_appear', 'INSERT', 'REFERENCING NEW TABLE AS fresh',
         'soniq_x_dead_appear'),
        ('soniq_dead_letter_jobs', 'soniq_x_go', 'DELETE', 'REFERENCING OLD TABLE AS old',
         'soniq_x_dead_go'),
        ('soniq_dead_letter_jobs', 'soniq_x_emptied', 'TRUNCATE', '', 'soniq_x_emptied')
    ) AS v (place, name, event, rows, does)
    LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_trigger
                        WHERE tgrelid = t.place::regclass AND tgname = t.name) THEN
            EXECUTE format('CREATE TRIGGER %I AFTER %s ON %I %s FOR EACH STATEMENT '
                           'EXECUTE FUNCTION %I()', t.name, t.event, t.place, t.rows, t.does);
        END IF;
    END LOOP;
END
$$;
