"""The source list of a chapter, which collects itself from what the chapter shows."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from compute_ledger.exhibits.evidence_links import Behind
from compute_ledger.ledger import Ledger
from compute_ledger.shared import markdown_escape
from compute_ledger.shared.languages.phrases import Words, phrase
from compute_ledger.shared.mime_types import MARKDOWN, PLAIN, SOURCES

FIELDS = ["source_id", "publisher", "title", "published_on", "language", "url", "grade", "document", "later"]
UNTITLED = Words({"title": "(untitled)"})
GRADE_ORDER = {"A": 0, "A-": 1, "B": 2, "C": 3}
CITED = re.compile(r"\]\(#source-([\w-]+)\)")

_used: dict[str, frozenset[str]] = {}  # of this kernel's chapter: source ids by what was shown


def begin() -> None:
    """A chapter begins: nothing has been shown yet."""
    _used.clear()


def collect(output_id: str, rests_on: Behind, source_ids: Sequence[str] = (), texts: Iterable[str] = ()) -> None:
    """What is shown as `output_id` rests on the sources of these rows, and on those that its `texts` cite.

    Of each row the leading source and the second beside it. What is shown again, with other parameters, takes the
    place of what was shown before.
    """
    ids = {*source_ids, *(cited for text in texts for cited in CITED.findall(text))}
    for frame in rests_on.values():
        ids.update(frame["source_id"].dropna())
        ids.update(second for listed in frame["source_ids"] for second in listed[:2])
    _used[output_id] = frozenset(ids)


@dataclass(frozen=True)
class Sources:
    """Publications, best grade first."""

    sources: pd.DataFrame

    @classmethod
    def used(cls, ledger: Ledger) -> "Sources":
        """Those of the `ledger` behind everything that the chapter has shown; the last cell of a chapter."""
        ids = frozenset().union(*_used.values())
        return cls(ledger.sources[ledger.sources["source_id"].isin(ids)])

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        later = self.sources["published_later"].map(
            {True: phrase("published after the day of this edition"), False: ""}
        )
        rows = self.sources.assign(later=later).sort_values(
            ["grade", "publisher", "published_on", "source_id"], key=_grade_order
        )[FIELDS]
        rows = rows.assign(title=titles(rows))
        records = [
            {key: "" if pd.isna(value) else str(value) for key, value in row.items()} for row in rows.to_dict("records")
        ]
        lines = [
            f"* {markdown_escape.plain(row['publisher'])}, {markdown_escape.plain(row['title'])}, {row['published_on'] or 'undated'} (grade {row['grade']})"
            for row in records
        ]
        return {SOURCES: {"sources": records}, MARKDOWN: "\n".join(lines), PLAIN: f"{len(records)} sources"}


def titles(sources: pd.DataFrame) -> pd.Series:
    """The title of each source, and a word for the documents that have none."""
    return sources["title"].fillna(UNTITLED["title"])


def _grade_order(column: pd.Series) -> pd.Series:
    return column.map(GRADE_ORDER) if column.name == "grade" else column
