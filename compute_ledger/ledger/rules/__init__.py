"""What must hold between the rows of a ledger."""
