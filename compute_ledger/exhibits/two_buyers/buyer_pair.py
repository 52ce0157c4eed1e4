"""The two buyers whom the chapter sets side by side, on one day and one basis."""

from dataclasses import dataclass

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BUYERS, INK
from compute_ledger.ledger import Ledger
from compute_ledger.shared.choices import one_of


@dataclass(frozen=True, kw_only=True)
class BuyerPair:
    """A scope for each buyer; `second` is missing where the ledger has one buyer, or one was named twice."""

    first: Scope
    second: Scope | None

    @classmethod
    def of(
        cls, ledger: Ledger, buyer: str = "auto", second_buyer: str = "auto", basis: str = "headline"
    ) -> "BuyerPair":
        """The pair on the day of the `ledger`; 'auto' takes the buyers whose first deals were known first.

        ValueError for a name that is no buyer of the ledger.
        """
        first = Scope.of(ledger, buyer, basis=basis)
        others = [name for name in ledger.buyers if name != first.buyer]
        if second_buyer == "auto":
            name = others[0] if others else ""
        else:
            name = one_of("second_buyer", second_buyer, ledger.buyers) if ledger.buyers else second_buyer
        second = Scope.of(ledger, name, basis=basis) if name not in ("", first.buyer) else None
        return cls(first=first, second=second)

    @property
    def as_of(self) -> pd.Timestamp:
        return self.first.as_of

    @property
    def day(self) -> str:
        return formatting.day(self.as_of)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return (self.first,) if self.second is None else (self.first, self.second)

    @property
    def names(self) -> list[str]:
        return [scope.buyer for scope in self.scopes if scope.buyer]

    @property
    def without_index(self) -> list[str]:
        """Buyers of whose suppliers no index is formed; `Scope.no_index` says why."""
        return [scope.buyer for scope in self.scopes if scope.no_index]

    @property
    def shades(self) -> alt.Scale:
        """Their colours, the same in every chart of the chapter."""
        return alt.Scale(domain=self.names, range=list(BUYERS[: len(self.names)]))

    @property
    def legend(self) -> alt.Legend:
        return alt.Legend(title=None, orient="top", direction="horizontal", labelLimit=160, labelColor=INK)

    @property
    def terms(self) -> str:
        """What is assumed where amounts are divided by terms, with a space before it."""
        years = formatting.number(self.first.default_term_years)
        return "" if self.first.basis == "headline" else f" Where no term is published {years} years are assumed."

    def nothing(self, what: str) -> str:
        """'On 30 June 2022 no run rate of OpenAI or Anthropic was known.', for 'run rate of {}'."""
        return f"On {self.day} no {what.format(' or '.join(self.names) or 'any buyer')} was known."

    def deals(self, ledger: Ledger) -> pd.DataFrame:
        """The deals of both, one row a deal."""
        return ledger.deals[ledger.deals["buyer"].isin(self.names)]

    def absent(self, buyers: set[str], what: str) -> str:
        """A sentence on whom of the two something, 'run rate of {}', is not known; '' where it is known of both."""
        missing = [name for name in self.names if name not in buyers]
        if self.second is None:
            return "No second buyer is named, so nothing stands beside it."
        return f"On {self.day} no {what.format(' or '.join(missing))} was known." if missing else ""
