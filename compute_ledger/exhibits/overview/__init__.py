"""The first page: the answer, and what changed since another day."""
