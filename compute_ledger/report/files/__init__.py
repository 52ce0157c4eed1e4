"""Folders that several processes share: locks and results."""
