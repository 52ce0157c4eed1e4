"""What the pages of deals, suppliers and other rows of the ledger say."""
