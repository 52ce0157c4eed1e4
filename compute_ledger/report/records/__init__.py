"""Pages of records: one for each deal, supplier or other row of a ledger that a notebook hands over all at once."""
