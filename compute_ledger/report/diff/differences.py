"""What differs between two sides: key figures, and the charts and tables with their rows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from compute_ledger.report.diff.snapshots import Cell, Shown, Side
from compute_ledger.shared import rounding


@dataclass(frozen=True)
class FigureChange:
    """A key figure whose value differs; `a` or `b` is None where a side has no such figure or no value for it."""

    id: str
    label: str
    unit: str
    a: float | str | None
    b: float | str | None

    @property
    def change(self) -> float | None:
        """b - a, of two numbers."""
        if isinstance(self.a, str) or isinstance(self.b, str) or self.a is None or self.b is None:
            return None
        return rounding.rounded(self.b - self.a)

    @property
    def change_pct(self) -> float | None:
        """The change in percent of a."""
        return None if self.change is None or not self.a else rounding.rounded(self.change / abs(float(self.a)) * 100)


@dataclass(frozen=True)
class CellChange:
    """One cell that differs, in the row that both sides know by the same `row`."""

    row: str
    column: str
    a: Cell
    b: Cell


@dataclass(frozen=True)
class ChartChange:
    """A chart or table that differs; `a` or `b` is None where a side does not have it."""

    chapter: str
    id: str
    a: Shown | None
    b: Shown | None
    cells: list[CellChange] = field(default_factory=list)
    only_a: list[str] = field(default_factory=list)
    only_b: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Chapter and id, as in the files of a book."""
        return "-".join(filter(None, (self.chapter, self.id)))

    @property
    def title(self) -> str:
        """The finding, of the newer side where it has one."""
        shown = self.b or self.a
        return shown.title if shown else self.name


def changed_figures(a: Side, b: Side) -> list[FigureChange]:
    """Key figures whose value differs, in their order; none where a side has none at all to compare."""
    if not a.figures or not b.figures:
        return []
    changes = []
    for name, about in {**a.figures, **b.figures}.items():
        values = [side.figures[name]["value"] if name in side.figures else None for side in (a, b)]
        if values[0] != values[1] or (name in a.figures) != (name in b.figures):
            changes.append(FigureChange(name, about["label"], about["unit"], *values))
    return changes


def changed_charts(a: Side, b: Side) -> list[ChartChange]:
    """Charts and tables whose title or rows differ, or that one side lacks.

    A lone notebook is compared with that chapter of the other side which shares most of its charts.
    """
    of_a, of_b = _matched(a, b), _matched(b, a)
    changes = []
    for key in {**of_a, **of_b}:
        change = _compared(key, of_a.get(key), of_b.get(key))
        if change:
            changes.append(change)
    return changes


def _matched(own: Side, other: Side) -> Mapping[tuple[str, str], Shown]:
    """The charts of `own` to compare, under keys that `other` has too where the chart is the same."""
    if own.lone == other.lone:
        return own.shown
    lone, whole = (own, other) if own.lone else (other, own)
    ids = {name for _, name in lone.shown}
    shared = Counter(chapter for chapter, name in whole.shown if name in ids)
    chapter = shared.most_common(1)[0][0] if shared else ""
    if own.lone:
        return {(chapter, name): shown for (_, name), shown in own.shown.items()}
    return {key: shown for key, shown in own.shown.items() if key[0] == chapter}


def _compared(key: tuple[str, str], a: Shown | None, b: Shown | None) -> ChartChange | None:
    if a is None or b is None:
        return ChartChange(*key, a, b)
    keys = [name for name in a.keys if name in b.keys]
    rows_a, rows_b = _by_key(a, keys), _by_key(b, keys)
    columns = [name for name in {**a.labels, **b.labels} if name not in keys]
    cells = [
        CellChange(row, (b.labels | a.labels)[name], rows_a[row].get(name), rows_b[row].get(name))
        for row in rows_a
        if row in rows_b
        for name in columns
        if rows_a[row].get(name) != rows_b[row].get(name)
    ]
    only_a, only_b = [row for row in rows_a if row not in rows_b], [row for row in rows_b if row not in rows_a]
    if not cells and not only_a and not only_b and a.title == b.title:
        return None
    return ChartChange(*key, a, b, cells, only_a, only_b)


def _by_key(shown: Shown, keys: list[str]) -> dict[str, dict[str, Any]]:
    """Rows by the words in them; rows with the same words are told apart by a number."""
    found: dict[str, dict[str, Any]] = {}
    seen: Counter[str] = Counter()
    for row in shown.rows:
        words = ", ".join(str(row[name]) for name in keys if row[name] is not None) or "row"
        seen[words] += 1
        found[words if seen[words] == 1 else f"{words} ({seen[words]})"] = row
    return found
