"""What the first page shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.overview.answer import answer, certainty
from compute_ledger.exhibits.overview.changed_figures import changed_figures, changed_finding, changed_payables
from compute_ledger.exhibits.overview.first_figures import cards, key_figures
from compute_ledger.exhibits.overview.first_screen import headline, trust
from compute_ledger.exhibits.overview.scale_bars import scale

__all__ = [
    "answer",
    "cards",
    "certainty",
    "changed_figures",
    "changed_finding",
    "changed_payables",
    "headline",
    "key_figures",
    "scale",
    "trust",
]
