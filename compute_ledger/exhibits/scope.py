"""What a chapter looks at: whose promises, as known when, and how they are counted."""

import re
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.ledger import Ledger
from compute_ledger.measures import capacity, commitments
from compute_ledger.measures.concentration import LEAST_NAMED_PCT, named_part
from compute_ledger.shared.choices import one_of
from compute_ledger.shared.languages.phrases import phrase


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The parameters of a chapter that all its exhibits share, made once and passed whole.

    `buyer` is a name ('' in a ledger without deals). The choices are those of `commitments.payables`, and the `level`
    at which suppliers are told apart, see `commitments.by_supplier`. `no_index` says why no index is formed of the
    buyer's suppliers, and is '' where one is.
    """

    as_of: pd.Timestamp
    buyer: str
    perimeter: str = "firm"
    basis: str = "headline"
    overlaps: str = "count_parts"
    level: str = "counterparty"
    default_term_years: float = 5.0
    no_index: str = ""

    @classmethod
    def of(cls, ledger: Ledger, buyer: str = "auto", **choices: Any) -> "Scope":
        """The scope of one `buyer` of the `ledger`, on its day; 'auto' is the buyer whose first deal was known first.

        A buyer of whom nothing is known on the day, or by sources of the grade, is a buyer all the same. ValueError
        for a name that is none.
        """
        if buyer == "auto":
            name = ledger.buyers[0] if ledger.buyers else ""
        else:
            name = one_of("buyer", buyer, ledger.buyers) if ledger.buyers else buyer
        return cls(
            as_of=ledger.as_of,
            buyer=name,
            no_index=why_no_index(ledger.deals, ledger.financials, ledger.as_of, name),
            **choices,
        )

    def on(self, ledger: Ledger) -> "Scope":
        """The same on the day of another ledger."""
        return replace(
            self, as_of=ledger.as_of, no_index=why_no_index(ledger.deals, ledger.financials, ledger.as_of, self.buyer)
        )

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
    def nothing_drawn(self) -> str:
        """What stands in place of a chart or table that needs an index, where there is none; the reason is elsewhere."""
        words = phrase("No index is formed for {buyer}, so nothing is shown here.", buyer=self.buyer)
        return str(words) if self.no_index else ""

    @property
    def unit(self) -> str:
        """Of what is counted on the chosen basis."""
        return str(phrase("USD bn a year") if self.basis == "annualised" else phrase("USD bn"))

    def deals(self, ledger: Ledger) -> pd.DataFrame:
        """The buyer's deals, one row a deal, each with the capacity it prints: see `capacity.deals_with_capacity`."""
        return capacity.deals_with_capacity(ledger.deals[ledger.deals["buyer"] == self.buyer], ledger.capacities)

    def other_buyers(self, ledger: Ledger) -> set[str]:
        """The buyers from whom this one buys nothing, talks apart."""
        deals = self.deals(ledger)
        deals = deals[deals["kind"] != "talks"]
        return set(ledger.buyers) - {self.buyer, *deals["counterparty"], *deals["counterparty_group"]}

    def ties(self, ledger: Ledger) -> pd.DataFrame:
        """The ties without those of other buyers from whom this one buys nothing: they compete with it for capacity.

        None at all where none is the buyer's own.
        """
        others = set(self.other_buyers(ledger))
        others |= self._served_alone(ledger, others)
        foreign = ledger.ties["from"].isin(others) | ledger.ties["to"].isin(others)
        own = ledger.ties["from"].eq(self.buyer) | ledger.ties["to"].eq(self.buyer)
        return ledger.ties[~foreign] if own.any() else ledger.ties.iloc[:0]

    def _served_alone(self, ledger: Ledger, others: set[str]) -> set[str]:
        """Who gets money or a guarantee for another buyer, as the note says, and deals with this one in nothing."""
        names = "|".join(map(re.escape, sorted(others)))
        named = ledger.ties["note"].fillna("").str.contains(names) if names else pd.Series(False, ledger.ties.index)
        deals = ledger.deals[ledger.deals["buyer"] == self.buyer]
        return set(ledger.ties.loc[named, "to"]) - {*deals["counterparty"], *deals["counterparty_group"]}

    def payables(self, deals: pd.DataFrame, **choices: Any) -> pd.DataFrame:
        """The deals that count, see `commitments.payables`; `others` are choices to count them otherwise."""
        return commitments.payables(deals, self.as_of, **self.choices | choices)


def why_no_index(deals: pd.DataFrame, financials: pd.DataFrame, day: pd.Timestamp, buyer: str) -> str:
    """A sentence where the suppliers that are known of hold too little of what the buyer itself reports; else ''."""
    firm = commitments.payables(deals[deals["buyer"] == buyer], day)
    known_part = named_part(commitments.by_supplier(firm), financials, buyer)
    too_little = known_part[known_part["named_pct"] < LEAST_NAMED_PCT]
    if too_little.empty:
        return ""
    part = too_little.iloc[0]
    return str(
        phrase(
            "No index is formed for {buyer}: published contracts with an amount come to {named}, {part} of the {whole} of "
            "purchase commitments that it reported for {period} without naming suppliers. The HHI of the whole could lie "
            "anywhere from {low} to {high}.",
            buyer=buyer,
            named=formatting.usd_bn(part["named_usd_bn"]),
            part=formatting.pct(part["named_pct"], 0),
            whole=formatting.usd_bn(part["value"]),
            period=formatting.period(part["period"]),
            low=formatting.number(part["hhi_low"], 0),
            high=formatting.number(part["hhi_high"], 0),
        )
    )
