"""How large the ledger is, on cards: figures about the ledger, not about what it holds."""

import pandas as pd

from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.scope import Scope
from compute_ledger.ledger import Ledger
from compute_ledger.measures.conflicts import REAL

TIMELINE = "partnership-timeline.html"


def holdings(own: Ledger, conflict_rows: pd.DataFrame, scope: Scope) -> KeyFigures:
    """Deals, claims, sources and conflicts; each leads to where they are listed one by one.

    `own`: what of the ledger is about the buyer, as the conflicts are.
    """
    deals = scope.deals(own)
    rows_of_deals = int(deals["part_of"].isin(deals["deal_id"]).sum())
    real = int((conflict_rows["cause"] == REAL).sum())
    counts = (
        (
            "deals",
            "Deals known",
            len(deals),
            f"of {scope.buyer}, ended ones included; {rows_of_deals} are parts of others",
            TIMELINE + "#deal-table",
        ),
        (
            "claims",
            "Claims",
            len(own.claims),
            f"figures or dated facts about {scope.buyer}, its partners and the market, each as one source prints it"
            if scope.buyer
            else "figures or dated facts, each as one source prints it",
            "#claims",
        ),
        ("sources", "Sources", len(own.sources), "publications behind them", "#grades"),
        (
            "conflicts",
            "Conflicts",
            real,
            "claims that cannot both hold; misprints and mixed labels apart",
            "#conflicts",
        ),
    )
    cards = [
        KeyFigure(id=name, label=label, value=count, unit="count", text=f"{count:,}", note=note, href=href)
        for name, label, count, note, href in counts
    ]
    return KeyFigures(own.as_of, cards)
