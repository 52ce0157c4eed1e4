"""What is shown: charts, tables, cards, findings, each leaving the notebook as one tagged output."""

from compute_ledger.exhibits.finding import Finding, say
from compute_ledger.exhibits.outputs import (
    Downloads,
    Exhibit,
    Explorer,
    KeyFigure,
    KeyFigures,
    Provenance,
    Table,
)
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.source_list import Sources
from compute_ledger.exhibits.table_payload import look
from compute_ledger.shared.languages.phrases import speak

__all__ = [
    "Downloads",
    "Exhibit",
    "Explorer",
    "Finding",
    "KeyFigure",
    "KeyFigures",
    "Provenance",
    "Scope",
    "Sources",
    "Table",
    "look",
    "say",
    "speak",
]
