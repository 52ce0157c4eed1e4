"""The desk of this chapter: whose commitments, counted how, on which day."""

from compute_ledger.exhibits.concentration.desk.commitments_desk import answer, desk

__all__ = ["answer", "desk"]
