"""The chapter on the funding gap: what falls due, what revenue covers, and the totals that others quote."""
