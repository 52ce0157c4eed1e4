"""The desk of this chapter: terms assumed, and the paths of payments and of revenue."""

from compute_ledger.exhibits.funding.desk.payments_desk import answer, desk

__all__ = ["answer", "desk"]
