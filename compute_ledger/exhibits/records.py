"""Records: what a page of its own says of one deal, one supplier or one row of the ledger, handed over all at once.

What sources say of a record stands in the list of all claims and is not said again: a record names its row there.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.evidence_links import Link
from compute_ledger.shared import rounding
from compute_ledger.shared.mime_types import PLAIN, RECORDS


@dataclass(frozen=True, kw_only=True)
class ClaimedAmount:
    """One claim of an amount: its interval, whether it leads the row, and what it is called in the chart."""

    low: float | None
    high: float | None
    value: float | None
    leads: bool
    label: str


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """The amount that the ledger follows, as an interval (an end that is missing is open), and every claim of it."""

    unit: str
    low: float | None
    high: float | None
    value: float | None
    title: str
    claims: Sequence[ClaimedAmount]


@dataclass(frozen=True, kw_only=True)
class PlainTable:
    """A small table of words; a cell is a text or a link."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | Link]]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record: `path` is its address below the edition without an ending, `anchor` its row in the list of claims.

    `text` is Markdown. `related` are lists of links, each with its heading. A record that is `standing` has a page in
    any case, another where a page of the book leads to its row.
    """

    path: str
    title: str
    text: str
    anchor: str = ""
    standing: bool = False
    amounts: Amounts | None = None
    related: Sequence[tuple[str, Sequence[Link]]] = ()
    tables: Sequence[PlainTable] = ()


@dataclass(frozen=True, kw_only=True)
class Records:
    """All records of a ledger; `table` is the list of claims that they name rows of, `columns` what they show of it."""

    table: str
    columns: Sequence[str]
    as_of: pd.Timestamp
    records: Sequence[Record] = field(default_factory=tuple)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        paths = [record.path for record in self.records]
        return {
            RECORDS: {
                "table": self.table,
                "columns": list(self.columns),
                "as_of": formatting.iso_day(self.as_of),
                "records": [_filled(record) for record in self.records],
            },
            PLAIN: f"Pages of {len(paths)} records" + (f", {paths[0]} to {paths[-1]}" if paths else ""),
        }


def _filled(record: Record) -> dict[str, Any]:
    """A record as JSON, without what it has not."""
    return {name: value for name, value in rounding.plain(asdict(record)).items() if value}
