-- term_rows: the values of the terms of $it, which store/filter_terms.c writes.
jsonb_to_recordset($it::jsonb)
    AS t (term int, is_not bool, key text, op text, word text, cut int, low bigint, high bigint,
          path text[])
