"""What is shown: charts, tables, cards and sentences, each leaving the notebook as one tagged output."""

from compute_ledger.exhibits.outputs import (
    Downloads,
    Exhibit,
    Explorer,
    KeyFigure,
    KeyFigures,
    Provenance,
    Sources,
    Table,
    say,
)

__all__ = ["Downloads", "Exhibit", "Explorer", "KeyFigure", "KeyFigures", "Provenance", "Sources", "Table", "say"]
