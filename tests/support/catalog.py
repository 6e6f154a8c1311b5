"""What a database's schema is, as data that two databases can be compared by."""

from support.pg import Database

COLUMNS = """
    SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        pg_get_expr(d.adbin, d.adrelid)
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid),
        condeferrable
    FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
"""
INDEXES = """
    SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid),
        indisunique, indisvalid
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid
    WHERE c.relnamespace = current_schema()::regnamespace
"""
SEQUENCES = """
    SELECT s.seqrelid::regclass::text, s.seqtypid::regtype::text, d.refobjid::regclass::text,
        d.refobjsubid
    FROM pg_sequence s LEFT JOIN pg_depend d ON d.objid = s.seqrelid AND d.deptype = 'a'
"""
FUNCTIONS = """
    SELECT oid::regprocedure::text, pg_get_functiondef(oid), proacl::text
    FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""
TRIGGERS = """
    SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled::text
    FROM pg_trigger WHERE NOT tgisinternal
"""
TYPES = """
    SELECT typname, typtype::text FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace AND typtype NOT IN ('c', 'b')
"""
EXTENSIONS = "SELECT extname FROM pg_extension"
SETTINGS = """
    SELECT relname, reloptions::text FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND reloptions IS NOT NULL
"""
PARTS = {
    "columns": COLUMNS,
    "constraints": CONSTRAINTS,
    "indexes": INDEXES,
    "sequences": SEQUENCES,
    "functions": FUNCTIONS,
    "triggers": TRIGGERS,
    "types": TYPES,
    "extensions": EXTENSIONS,
    "settings": SETTINGS,
}


def snapshot(database: Database) -> dict[str, list]:
    """Every table, index and so on of the default schema, in one order."""
    with database.connect() as connection:
        return {
            part: sorted(map(tuple, connection.execute(query).fetchall()), key=repr)
            for part, query in PARTS.items()
        }


def without_history(found: dict[str, list]) -> dict[str, list]:
    """The same without what is ours alone: all named soniq_x_, and the extension for its index."""
    return {
        part: [x for x in rows if not any("soniq_x_" in str(value) for value in x[:2])
               and x != ("pg_trgm",)]
        for part, rows in found.items()
    }  # fmt: skip


def differences(got: dict, wanted: dict) -> list[str]:
    """One line for each thing that only one of the two has."""
    lines = []
    for part in PARTS:
        lines += [f"missing from {part}: {x}" for x in wanted[part] if x not in got[part]]
        lines += [f"not wanted in {part}: {x}" for x in got[part] if x not in wanted[part]]
    return lines


def migrations(database: Database) -> list[tuple[str, str]]:
    """The bookkeeping rows (version, name), sorted; a version twice is there twice."""
    return database.rows("SELECT version, name FROM soniq_migrations ORDER BY version, id")
