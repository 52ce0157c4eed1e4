"""The ledger wing: what is known, on which day, and who says so."""

from .load import Ledger, load
from .problem import LedgerError

__all__ = ["Ledger", "LedgerError", "load"]
