"""The chapter on cloud market shares: shares, their arithmetic, the index, the size of the market and an entrant."""
