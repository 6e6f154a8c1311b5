-- migration_table: the bookkeeping of migrations, shared with the Python project.
CREATE TABLE IF NOT EXISTS soniq_migrations (
    id serial PRIMARY KEY,
    version varchar(255) NOT NULL CONSTRAINT soniq_migrations_version_key UNIQUE,
    name text NOT NULL,
    applied_at timestamp DEFAULT now(),
    checksum text
);
