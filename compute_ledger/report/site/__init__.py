"""The book as it is published: pages, search, print edition, status, feeds, checks."""
