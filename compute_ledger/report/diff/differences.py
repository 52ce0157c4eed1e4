"""What differs between two sides: chapters, key figures, texts, and the charts and tables with their rows."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, TypeVar

from compute_ledger.report.diff.sides import Cell, ExhibitSnapshot, Place, Side
from compute_ledger.shared import rounding

T = TypeVar("T")
Pair = tuple[str, str]  # a chapter's name in a and in b
LEAST_SHARED = 0.5  # of the cells of the longer chapter, so that it is the same under another name
AROUND = 3  # words on either side of those that differ
MOST_WORDS = 2000  # of a text that is compared word by word; a longer one is by lines


@dataclass(frozen=True)
class ChapterChange:
    """A chapter that one side lacks (its name there is "") or calls otherwise."""

    a: str
    b: str


@dataclass(frozen=True)
class FigureChange:
    """A key figure whose value differs; `a` or `b` is None where a side has no such figure or no value for it.

    `text_a` and `text_b` are the values as printed, "" where there is none.
    """

    id: str
    label: str
    unit: str
    a: float | str | None
    b: float | str | None
    text_a: str = ""
    text_b: str = ""

    @property
    def change(self) -> float | None:
        """b - a, of two numbers."""
        return _change(self.a, self.b)

    @property
    def change_pct(self) -> float | None:
        """The change in percent of a."""
        return _change_pct(self.a, self.b)


@dataclass(frozen=True)
class CellChange:
    """One cell that differs, in the row that both sides know by the same `row`."""

    row: str
    column: str
    a: Cell
    b: Cell

    @property
    def change(self) -> float | None:
        """b - a, of two numbers."""
        return _change(self.a, self.b)

    @property
    def change_pct(self) -> float | None:
        """The change in percent of a."""
        return _change_pct(self.a, self.b)


@dataclass(frozen=True)
class ChartChange:
    """A chart or table that differs; `a` or `b` is None where a side does not have it.

    `facets` are the words for what else differs: subtitle, note, drawing and so on.
    """

    chapter: str
    id: str
    a: ExhibitSnapshot | None
    b: ExhibitSnapshot | None
    cells: list[CellChange] = field(default_factory=list)
    only_a: list[str] = field(default_factory=list)
    only_b: list[str] = field(default_factory=list)
    facets: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Chapter and id, as in the files of a book."""
        return "-".join(filter(None, (self.chapter, self.id)))

    @property
    def title(self) -> str:
        """The finding, of the newer side where it has one."""
        snapshot = self.b or self.a
        return snapshot.title if snapshot else self.name

    @property
    def is_minor(self) -> bool:
        """Whether title and rows are the same."""
        both = self.a is not None and self.b is not None and self.a.title == self.b.title
        return both and not (self.cells or self.only_a or self.only_b)


@dataclass(frozen=True)
class TextChange:
    """The text of a cell that differs; `a` or `b` is None where a side has no such cell, or no words in it."""

    chapter: str
    cell: str
    a: str | None
    b: str | None

    @property
    def name(self) -> str:
        """Chapter and cell."""
        return "-".join(filter(None, (self.chapter, self.cell)))

    @property
    def passages(self) -> list[tuple[str, str]]:
        """What differs, with some words around it: of a and of b."""
        return list(_passages(self.a or "", self.b or ""))


def paired_chapters(a: Side, b: Side) -> tuple[list[Pair], list[ChapterChange]]:
    """The chapters to compare, and those that one side lacks or has renamed.

    A lone notebook is compared with that chapter of the other side which shares most of its charts, or of its cells.
    """
    if a.is_single and b.is_single:
        return [("", "")], []
    if a.is_single or b.is_single:
        notebook, book = (a, b) if a.is_single else (b, a)
        chapter = max(
            book.cells, key=lambda name: (_shared_charts(notebook, book, name), _shared(notebook, "", book, name))
        )
        return [("", chapter) if a.is_single else (chapter, "")], []
    pairs = [(name, name) for name in a.cells if name in b.cells]
    gone, new = [name for name in a.cells if name not in b.cells], [name for name in b.cells if name not in a.cells]
    changes = []
    for name in gone:
        like = max(new, key=lambda chapter: _shared(a, name, b, chapter), default="")
        if like and _shared(a, name, b, like) >= LEAST_SHARED:
            new.remove(like)
            pairs.append((name, like))
        changes.append(ChapterChange(name, pairs[-1][1] if pairs and pairs[-1][0] == name else ""))
    return pairs, changes + [ChapterChange("", name) for name in new]


def changed_figures(a: Side, b: Side, pairs: list[Pair]) -> list[FigureChange]:
    """Key figures whose value differs, in their order."""
    changes = []
    for _, name, of_a, of_b in _both(a.figures, b.figures, pairs):
        about = of_b or of_a or {}
        old, new = (figure or {"value": None, "text": ""} for figure in (of_a, of_b))
        if old["value"] != new["value"] or (of_a is None) != (of_b is None):
            texts = str(old["text"]), str(new["text"])
            changes.append(FigureChange(name, about["label"], about["unit"], old["value"], new["value"], *texts))
    return changes


def changed_charts(a: Side, b: Side, pairs: list[Pair]) -> list[ChartChange]:
    """Charts and tables of which anything differs, or that one side lacks."""
    compared = (_compared((chapter, name), *sides) for chapter, name, *sides in _both(a.exhibits, b.exhibits, pairs))
    return [change for change in compared if change]


def changed_texts(a: Side, b: Side, pairs: list[Pair]) -> list[TextChange]:
    """Texts of cells that differ, or that one side lacks."""
    every = _both(a.texts, b.texts, pairs)
    return [TextChange(chapter, cell, old, new) for chapter, cell, old, new in every if old != new]


def _shared_charts(notebook: Side, book: Side, chapter: str) -> int:
    return sum((chapter, name) in book.exhibits for _, name in notebook.exhibits)


def _shared(a: Side, name: str, b: Side, other_name: str) -> float:
    """The part of the cells of the longer chapter that both have."""
    cells_a, cells_b = a.cells.get(name, set()), b.cells.get(other_name, set())
    return len(cells_a & cells_b) / max(len(cells_a), len(cells_b), 1)


def _both(
    a: Mapping[Place, T], b: Mapping[Place, T], pairs: list[Pair]
) -> Iterator[tuple[str, str, T | None, T | None]]:
    """Chapter (as b calls it, where it has a name), id, and what stands there in a and b."""
    for chapter_a, chapter_b in pairs:
        for name in dict.fromkeys([*_of(a, chapter_a), *_of(b, chapter_b)]):
            yield chapter_b or chapter_a, name, a.get((chapter_a, name)), b.get((chapter_b, name))


def _of(by_place: Mapping[Place, Any], chapter: str) -> list[str]:
    return [name for where, name in by_place if where == chapter]


def _compared(key: Place, a: ExhibitSnapshot | None, b: ExhibitSnapshot | None) -> ChartChange | None:
    if a is None or b is None:
        return ChartChange(*key, a, b)
    keys = [name for name in dict.fromkeys([*a.keys, *b.keys]) if name in a.labels and name in b.labels]
    rows_a, rows_b = _by_key(a, keys), _by_key(b, keys)
    if len(keys) > 1:
        _call_alike(rows_a, rows_b, keys[0])
    cells = [
        CellChange(row, label, rows_a[row].get(name), rows_b[row].get(name))
        for row in rows_a
        if row in rows_b
        for name, label in (b.labels | a.labels).items()
        if rows_a[row].get(name) != rows_b[row].get(name)
    ]
    only_a, only_b = [row for row in rows_a if row not in rows_b], [row for row in rows_b if row not in rows_a]
    facets = [word for word in {**a.facets, **b.facets} if a.facets.get(word) != b.facets.get(word)]
    if a.labels != b.labels:
        facets.insert(0, "columns")
    change = ChartChange(*key, a, b, cells, only_a, only_b, facets)
    return None if change.is_minor and not facets else change


def _by_key(snapshot: ExhibitSnapshot, keys: list[str]) -> dict[str, dict[str, Any]]:
    """Rows by the words in them; rows with the same words are told apart by a number."""
    rows_by_words: dict[str, dict[str, Any]] = {}
    seen: Counter[str] = Counter()
    for row in snapshot.rows:
        words = ", ".join(str(row[name]) for name in keys if row[name] is not None) or "row"
        seen[words] += 1
        rows_by_words[words if seen[words] == 1 else f"{words} ({seen[words]})"] = row
    return rows_by_words


def _call_alike(a: dict[str, dict[str, Any]], b: dict[str, dict[str, Any]], first: str) -> None:
    """Give rows that one side lacks the name of their first column, where one row on each side has it."""
    only = [
        {key: str(row[first]) for key, row in rows.items() if key not in other_rows}
        for rows, other_rows in ((a, b), (b, a))
    ]
    counts = [Counter(names.values()) for names in only]
    for rows, names in zip((a, b), only, strict=True):
        for key, name in names.items():
            if counts[0][name] == counts[1][name] == 1 and name not in rows:
                rows[name] = rows.pop(key)


def _change(a: Cell, b: Cell) -> float | None:
    if any(isinstance(value, str | bool) or value is None for value in (a, b)):
        return None
    return rounding.rounded(float(b or 0) - float(a or 0))


def _change_pct(a: Cell, b: Cell) -> float | None:
    change = _change(a, b)
    return None if change is None or not a else rounding.rounded(change / abs(float(a)) * 100)


def _passages(a: str, b: str) -> Iterator[tuple[str, str]]:
    split: Callable[[str], list[str]] = str.split if len(a) + len(b) < MOST_WORDS * 6 else str.splitlines
    sentences_a, sentences_b = split(a), split(b)
    for group in SequenceMatcher(None, sentences_a, sentences_b, autojunk=False).get_grouped_opcodes(AROUND):
        (_, a_from, _, b_from, _), (_, _, a_to, _, b_to) = group[0], group[-1]
        yield " ".join(sentences_a[a_from:a_to]), " ".join(sentences_b[b_from:b_to])
