"""What a chapter looks at: whose promises, as known when, and how they are counted."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from compute_ledger.ledger import Ledger
from compute_ledger.measures import capacity, commitments


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The parameters of a chapter that all its exhibits share, made once and passed whole.

    `buyer` is a name ('' in a ledger without deals). The choices are those of `commitments.payables`, and the `level`
    at which suppliers are told apart, see `commitments.by_supplier`.
    """

    as_of: pd.Timestamp
    buyer: str
    perimeter: str = "firm"
    basis: str = "headline"
    overlaps: str = "count_parts"
    level: str = "counterparty"
    default_term_years: float = 5.0

    @classmethod
    def of(cls, ledger: Ledger, buyer: str = "auto", **choices: Any) -> "Scope":
        """The scope of one `buyer` of the `ledger`, on its day; 'auto' is the buyer with the most deals."""
        name, _ = commitments.buyer_deals(ledger.deals, buyer)
        return cls(as_of=ledger.as_of, buyer=name, **choices)

    def on(self, ledger: Ledger) -> "Scope":
        """The same on the day of another ledger."""
        return replace(self, as_of=ledger.as_of)

    @property
    def choices(self) -> dict[str, Any]:
        """What `commitments.payables` takes."""
        return {
            "perimeter": self.perimeter,
            "overlaps": self.overlaps,
            "basis": self.basis,
            "default_term_years": self.default_term_years,
        }

    @property
    def unit(self) -> str:
        """Of what is counted on the chosen basis."""
        return "USD bn a year" if self.basis == "annualised" else "USD bn"

    def deals(self, ledger: Ledger) -> pd.DataFrame:
        """The buyer's deals, one row a deal, each with the capacity it prints: see `capacity.deals_with_capacity`."""
        return capacity.deals_with_capacity(ledger.deals[ledger.deals["buyer"] == self.buyer], ledger.capacities)

    def payables(self, deals: pd.DataFrame, **choices: Any) -> pd.DataFrame:
        """The deals that count, see `commitments.payables`; `others` are choices to count them otherwise."""
        return commitments.payables(deals, self.as_of, **self.choices | choices)
