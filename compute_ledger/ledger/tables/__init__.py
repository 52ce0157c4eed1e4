"""The tables of a ledger as files: CSV, cells, columns, schema, and the problems found in them."""
