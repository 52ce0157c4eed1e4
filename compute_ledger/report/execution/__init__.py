"""Notebooks run by papermill: one engine, several at a time."""
