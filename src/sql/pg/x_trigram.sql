-- x_trigram: what the index of errors is made of.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
