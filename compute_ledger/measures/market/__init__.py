"""The cloud market: published estimates, its concentration, and an entrant."""
