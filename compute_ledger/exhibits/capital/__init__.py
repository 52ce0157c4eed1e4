"""The chapter on capital loops: flows of money, the loops they close, and who invests."""
