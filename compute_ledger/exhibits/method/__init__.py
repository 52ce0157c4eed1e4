"""Formulas and a worked example."""
