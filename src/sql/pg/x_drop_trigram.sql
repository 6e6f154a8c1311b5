-- x_drop_trigram: the extension goes, unless somebody else uses it by now.
DROP EXTENSION IF EXISTS pg_trgm;
