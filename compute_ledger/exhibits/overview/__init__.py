"""What the first page shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.overview.answer import answer, key_figures, market_rows, run_rate
from compute_ledger.exhibits.overview.changed_figures import changed_figures, changed_finding, changed_payables

__all__ = ["answer", "changed_figures", "changed_finding", "changed_payables", "key_figures", "market_rows", "run_rate"]
