"""Two books or runs compared."""
