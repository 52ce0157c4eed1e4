"""The ledger wing: what is known, on which day, and who says so."""

from compute_ledger.ledger.load import Ledger, load
from compute_ledger.ledger.tables.problems import LedgerError

__all__ = ["Ledger", "LedgerError", "load"]
