"""Notebooks as files: cells, parameters, and what their outputs may hand over."""
